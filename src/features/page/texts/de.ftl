# Alles, was die Seiten sagen, auf Deutsch.

sign-in = Anmelden
sign-up = Registrieren
sign-out = Abmelden
your-account = Dein Konto
welcome = Willkommen, { $name }
back = Zurück

name = Name
email = E-Mail
password = Passwort
show-password = Zeigen
hide-password = Verbergen
required = Bitte fülle dieses Feld aus.

login-heading = Anmelden
login-other = Noch kein Konto?
signup-heading = Konto anlegen
signup-other = Schon ein Konto?
password-hint = Mindestens { $min } Zeichen. Ein paar Wörter hintereinander sind gut.

# E-Mails, und die Seiten, zu denen ihre Links führen.

date = { $day }. { $month ->
    [1] Januar
    [2] Februar
    [3] März
    [4] April
    [5] Mai
    [6] Juni
    [7] Juli
    [8] August
    [9] September
    [10] Oktober
    [11] November
   *[12] Dezember
} { $year }

back-to-sign-in = Zurück zur Anmeldung
ask-for-link = Neuen Link anfordern
ask-for-code = Neuen Code schicken
send-link-again = Link noch einmal schicken
send-it-again = Noch einmal schicken
set-password = Passwort setzen

sent-heading = Sieh in dein Postfach
forgot-heading = Passwort vergessen?
forgot-text = Gib die Adresse deines Kontos ein. Wir schicken dir einen Link, mit dem du ein neues Passwort setzt.
forgot-button = Link schicken
forgot-sent-heading = Sieh in dein Postfach
forgot-sent-text = Wenn es zu dieser Adresse ein Konto gibt, ist eine E-Mail mit einem Link unterwegs. Der Link gilt eine Stunde.
resend-heading = Adresse bestätigen
resend-text = Gib deine Adresse ein. Wenn sie noch zu bestätigen ist, schicken wir dir einen neuen Link.
resend-button = Link schicken
resend-sent-heading = Sieh in dein Postfach
resend-sent-text = Wenn diese Adresse noch zu bestätigen ist, ist eine E-Mail mit einem Link unterwegs. Der Link gilt eine Stunde.
signup-sent-text = Wir haben einen Link an { $email } geschickt. Öffne ihn in diesem Browser, um die Registrierung abzuschließen. Er gilt eine Stunde.

reset-heading = Neues Passwort wählen
reset-text = Für das Konto { $email }. Alle Geräte werden abgemeldet.

confirm-heading = Adresse bestätigen
confirm-text = Ist { $email } deine Adresse?
confirm-made-on = Dieses Konto wurde am { $date } angelegt.
confirm-password-text = Um die Adresse zu bestätigen, gib das Passwort dieses Kontos ein.
confirm-address = Adresse bestätigen
confirm-set-text = Dieses Konto hat kein Passwort. Setze eines, um die Adresse zu bestätigen: Alles von vorher endet, also alle Sitzungen.
confirm-renew = Du kennst dieses Passwort nicht?
confirm-renew-text = Dann hat vielleicht jemand anders dieses Konto mit deiner Adresse angelegt. Setze ein eigenes Passwort: Alles von vorher endet, also alle Sitzungen und das alte Passwort.

finish-heading = Registrierung abschließen
finish-text = Damit bestätigst du die Adresse { $email } und legst das Konto an.
finish-sign-up = Konto anlegen
finish-password-text = Du hast diesen Link in einem anderen Browser geöffnet als dem, in dem du dich registriert hast. Bitte gib das Passwort ein, das du dort gewählt hast.
finish-renew = Du kennst dieses Passwort nicht?
finish-renew-text = Dann hat sich vielleicht jemand anders mit deiner Adresse registriert. Setze ein eigenes Passwort: Das andere wird nie gelten.

change-email-heading = Neue Adresse bestätigen
change-email-password-text = Du bist nicht in dem Konto angemeldet, das diese Adresse bekommen soll. Um sie zu bestätigen, gib das Passwort dieses Kontos ein.
present-email = Jetzige Adresse
former-email = Frühere Adresse
pending-email = Diese Adresse wartet darauf, dass du sie mit dem Link bestätigst, den wir an sie geschickt haben:

undo-heading = Adresse zurückholen
undo-text = Dein Konto bekommt seine frühere Adresse zurück, alle Geräte werden abgemeldet, und das Passwort wird entfernt. Dann schicken wir einen Link für ein neues an die frühere Adresse.
undo-change = Änderung rückgängig machen
undone-heading = Du hast deine Adresse wieder
undone-text = Alle Geräte sind abgemeldet. Eine E-Mail mit einem Link für ein neues Passwort ist unterwegs.

report-heading = Warst du das?
report-text = Jemand hat sich in deinem Konto angemeldet. Wenn du das warst, musst du nichts tun. Wenn nicht, melde hier alle Geräte ab. Das entfernt auch dein Passwort, denn jemand anders kennt es vielleicht. Dann schicken wir dir einen Link für ein neues.
report-end = Alle Geräte abmelden
reported-heading = Alle Geräte sind abgemeldet
reported-text = Dein Konto hat jetzt kein Passwort. Eine E-Mail mit einem Link für ein neues ist unterwegs.
device = Gerät
network = Netzwerk

by-mail-heading = Per E-Mail anmelden
by-mail-text = Gib die Adresse deines Kontos ein. Wir schicken dir einen Code, mit dem du dich anmeldest.
by-mail-button = Code per E-Mail schicken
by-mail-here-text = Du hast die Anmeldung in diesem Browser begonnen und den Link aus der E-Mail geöffnet.
code-heading = Code eingeben
code-text = Wenn es zu dieser Adresse ein Konto gibt, ist eine E-Mail mit einem Code unterwegs. Der Code gilt 10 Minuten.
code = Code
code-other = Noch keine E-Mail?
code-shown-heading = Dein Code
code-shown-text = Du hast diesen Link in einem anderen Browser geöffnet als dem, in dem du die Anmeldung begonnen hast. Gib dort diesen Code ein:
code-shown-warning = Niemand sonst braucht diesen Code. Gib ihn niemandem, der danach fragt.
challenge-expired-heading = Diese Anmeldung ist abgelaufen
challenge-expired-text = Ein Code gilt 10 Minuten, einmal, und in dem Browser, der ihn angefordert hat. Bitte fordere einen neuen an.

no-link-heading = Bitte öffne den Link noch einmal
no-link-text = Öffne den Link aus der E-Mail in diesem Browser. Er muss vollständig sein, und dein Browser muss Cookies annehmen. Ein Link gilt nur einmal.
link-invalid-heading = Dieser Link gilt nicht
link-invalid-text = Er wurde schon benutzt, ist unvollständig, oder ein anderer wurde seitdem benutzt.
link-expired-heading = Dieser Link ist abgelaufen
link-expired-text = Links in E-Mails gelten nur eine bestimmte Zeit.
address-taken-heading = Diese Adresse ist vergeben
address-taken-text = Inzwischen hat ein anderes Konto diese Adresse. Bitte melde dich dort an.
signup-closed-heading = Die Registrierung ist geschlossen
signup-closed-text = Bitte wende dich an die Verwaltung.

verified = bestätigt
not-verified = noch nicht bestätigt

profile = Profil
save = Speichern
language = Sprache der Seiten und E-Mails
language-en = English
language-de = Deutsch
sign-in-notices = E-Mail an mich, wenn sich jemand mit einem neuen Gerät oder Netz in meinem Konto anmeldet
change-password = Passwort ändern
current-password = Aktuelles Passwort
new-password = Neues Passwort
keep-other-sessions = Auf meinen anderen Geräten angemeldet bleiben

change-email = Adresse ändern
new-email = Neue Adresse
new-email-hint = Wir schicken einen Link an sie. Deine Adresse ändert sich, wenn du sie damit bestätigst.
not-verified-text = Deine Adresse ist noch nicht bestätigt. Um sie zu bestätigen, öffne den Link, den wir an sie schicken.
cancel-change = Änderung abbrechen

sessions = Wo du angemeldet bist
this-device = Dieses Gerät
last-used = Zuletzt benutzt
signed-in-at = Angemeldet
end-session = Abmelden
end-session-on = { $device } abmelden
end-other-sessions = Überall sonst abmelden
more-sessions = Und { $count } weitere.

delete-account = Konto löschen
delete-warning = Dein Konto und alles darin ist dann unwiederbringlich weg.
delete-confirm = Mein Konto löschen

notice-profile-saved = Dein Profil ist gespeichert.
notice-password-changed = Dein Passwort ist geändert.
notice-session-ended = Das Gerät ist abgemeldet.
notice-other-sessions-ended = Du bist überall sonst abgemeldet.
notice-sign-in-first = Bitte melde dich an, um fortzufahren.
notice-signed-out = Du bist abgemeldet.
notice-account-deleted = Dein Konto ist gelöscht.
notice-ended = Deine Sitzung ist beendet. Bitte melde dich wieder an.
notice-link-sent = Eine E-Mail mit einem Link ist unterwegs.
notice-password-set = Das Passwort ist gesetzt.
notice-password-set-sign-in = Dein Passwort ist gesetzt. Bitte melde dich an.
notice-email-confirmed = Die Adresse ist bestätigt.
notice-email-confirmed-sign-in = Deine Adresse ist bestätigt. Bitte melde dich an.
notice-email-changed = Die Adresse ist geändert, und deine anderen Geräte sind abgemeldet.
notice-email-changed-sign-in = Deine Adresse ist geändert. Bitte melde dich an.
notice-email-change-requested = Eine E-Mail mit einem Link ist an die neue Adresse unterwegs.
notice-email-change-cancelled = Die Änderung deiner Adresse ist abgebrochen.
notice-already-signed-in = Du bist schon angemeldet.
notice-form-out-of-date = Dieses Formular ist veraltet, wahrscheinlich weil du dich an- oder abgemeldet hast, seit es offen ist. Es wurde nichts geändert. Bitte versuche es noch einmal.
notice-form-without-cookie = Dein Browser hat das Cookie nicht mitgeschickt, das zu diesem Formular gehört. Bitte erlaube Cookies für diese Seite und versuche es noch einmal.

busy-heading = Gerade ist viel los
busy-text = Bitte versuche es gleich noch einmal.
unknown-outcome-heading = Wir wissen nicht, ob das geklappt hat
unknown-outcome-text = Wir haben keine Bestätigung bekommen. Bitte sieh nach, ob deine Änderung gespeichert ist, oder versuche es gleich noch einmal.
too-many-heading = Zu viele Versuche
too-many-text = { $minutes ->
    [one] Zu viele Versuche. Bitte versuche es in einer Minute noch einmal.
   *[other] Zu viele Versuche. Bitte versuche es in { $minutes } Minuten noch einmal.
}
fault-heading = Etwas ist schiefgegangen
fault-text = Das liegt an uns, nicht an dir. Wenn du nachfragst, nenne diese Nummer: { $id }
foreign-heading = Das kam nicht von hier
foreign-text = Zu deiner Sicherheit nehmen wir Formulare nur von unseren eigenen Seiten an. Bitte geh zurück und versuche es noch einmal.
missing-heading = Hier ist nichts
missing-text = Die Adresse ist vielleicht vertippt, oder es gibt die Seite nicht mehr.

# Was abgelehnt wird, unter dem Code der Schnittstelle.
error-REQUIRED = Bitte fülle dieses Feld aus.
error-REQUIRED-login = Bitte gib E-Mail und Passwort ein.
error-TOO_LONG = Das ist zu lang.
error-INVALID_CHARACTERS = Bitte ohne Steuerzeichen, also ohne Tabulatoren und Zeilenumbrüche.
error-UNCHANGED = Bitte wähle ein anderes Passwort als das aktuelle.
error-INVALID_EMAIL = Das ist keine E-Mail-Adresse.
error-EMAIL_TAKEN = Dieses Konto gibt es schon. Bitte melde dich an.
error-INVALID_CREDENTIALS = E-Mail oder Passwort ist falsch.
error-CURRENT_PASSWORD_INCORRECT = Das ist nicht dein aktuelles Passwort.
error-PASSWORD_TOO_SHORT = Bitte wähle ein längeres Passwort: mindestens { $min } Zeichen.
error-PASSWORD_TOO_LONG = Bitte wähle ein kürzeres Passwort: höchstens { $max } Zeichen.
error-PASSWORD_TOO_WEAK = Bitte wähle ein anderes Passwort: Dieses wird als Erstes geraten.
error-ACCOUNT_DISABLED = Dieses Konto ist gesperrt. Bitte wende dich an die Verwaltung.
error-REAUTHENTICATION_REQUIRED = Bitte gib zur Sicherheit dein Passwort ein.
error-SIGNUP_DISABLED = Die Registrierung ist geschlossen. Bitte wende dich an die Verwaltung.
error-NOT_FOUND = Dieses Gerät ist schon abgemeldet.
error-LAST_ADMIN = Du bist die letzte Person in der Verwaltung. Bestimme erst eine andere.
error-INVALID_CREDENTIALS-confirm = Das ist nicht das Passwort des Kontos.
error-INVALID_LOCALE = Diese Sprache gibt es hier nicht.
error-UNCHANGED-email = Das ist schon deine Adresse.
error-EMAIL_TAKEN-email = Ein anderes Konto hat diese Adresse.
error-EMAIL_NOT_VERIFIED = Bitte bestätige erst deine Adresse. Öffne dazu den Link, den wir dir geschickt haben.
error-EMAIL_CODE_INVALID = Das ist nicht der Code aus der E-Mail. Bitte sieh noch einmal nach.
error-FEATURE_DISABLED = Das bietet dieser Server nicht an. Bitte wende dich an die Verwaltung.
