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

invitation-heading = Willkommen
invitation-text = Wähle ein Passwort für dein Konto { $email }. Danach kannst du dich anmelden.
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
undo-factor-text = Dein Konto hat einen zweiten Faktor, der älter ist als die Änderung. Darum ist auch ein Code davon nötig.
factor-code = Code
factor-code-hint = Sechs Ziffern aus deiner Authenticator-App oder ein Wiederherstellungscode.
undo-change = Änderung rückgängig machen
undone-heading = Du hast deine Adresse wieder
undone-text = Alle Geräte sind abgemeldet. Eine E-Mail mit einem Link für ein neues Passwort ist unterwegs.

report-heading = Warst du das?
report-text = Jemand hat sich in deinem Konto angemeldet, ein Konto eines anderen Anbieters verbunden oder einen zweiten Faktor hinzugefügt. Wenn du das warst, musst du nichts tun. Wenn nicht, melde hier alle Geräte ab. Das trennt auch die Konten und entfernt die zweiten Faktoren, die seitdem dazukamen, und dein Passwort, denn jemand anders kennt es vielleicht. Danach schicken wir dir einen Link, um ein neues zu setzen.
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
no-password-text = Dein Konto hat kein Passwort.
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

activity = Aktivität
activity-text = Was mit deinem Konto geschah, das Neueste zuerst. Wenn etwas dabei ist, das du nicht getan hast, ändere dein Passwort.
activity-button = Aktivität zeigen
activity-events = Ereignisse
activity-none = Noch ist nichts geschehen.
activity-of-another = Anderes Konto
activity-pages = Seiten
activity-newer = Neuere
activity-older = Ältere
event-signup = Das Konto wurde angelegt.
event-login-succeeded = Jemand hat sich angemeldet.
event-login-failed = { $count ->
    [one] Eine Anmeldung wurde abgelehnt.
   *[other] { $count } Anmeldungen wurden abgelehnt.
}
event-logout = Jemand hat sich abgemeldet.
event-token-reuse-detected = Ein Gerät wurde abgemeldet, weil ein alter Schlüssel davon noch einmal benutzt wurde.
event-password-changed = Das Passwort wurde geändert.
event-password-reset-requested = Ein Link zum Zurücksetzen des Passworts wurde angefordert.
event-password-reset = Das Passwort wurde mit einem Link aus einer E-Mail zurückgesetzt.
event-password-removed = Das Passwort wurde entfernt.
event-email-verified = Die E-Mail-Adresse wurde bestätigt.
event-email-change-requested = Eine Änderung der E-Mail-Adresse wurde angefordert.
event-email-changed = Die E-Mail-Adresse wurde geändert.
event-email-change-undone = Eine Änderung der E-Mail-Adresse wurde rückgängig gemacht.
event-profile-updated = Das Profil wurde geändert.
event-session-revoked = Geräte wurden abgemeldet.
event-session-reported = Eine Anmeldung wurde gemeldet, und alle Geräte wurden abgemeldet.
event-totp-enabled = Eine Authenticator-App wurde eingerichtet.
event-totp-disabled = Die Authenticator-App wurde ausgeschaltet.
event-recovery-codes-regenerated = Neue Wiederherstellungscodes wurden erzeugt.
event-recovery-code-used = Ein Wiederherstellungscode wurde benutzt.
event-passkey-added = Ein Passkey wurde hinzugefügt.
event-passkey-removed = Ein Passkey wurde entfernt.
event-mfa-reset = Die Verwaltung hat die zweiten Faktoren entfernt.
event-mfa-failed = Ein falscher zweiter Faktor wurde angegeben.
event-reauthenticated = Jemand hat bestätigt, wer er ist.
event-identity-linked = Ein Konto eines anderen Dienstes wurde verbunden.
event-identity-unlinked = Ein Konto eines anderen Dienstes wurde getrennt.
event-user-created = Die Verwaltung hat das Konto angelegt.
event-user-updated = Die Verwaltung hat das Konto geändert.
event-user-viewed = Die Verwaltung hat sich das Konto angesehen.
event-user-viewed-list = Die Verwaltung hat sich eine Liste von Konten angesehen.
event-roles-changed = Die Verwaltung hat die Rollen geändert.
event-user-disabled = Die Verwaltung hat das Konto gesperrt.
event-user-enabled = Die Verwaltung hat das Konto wieder freigegeben.
event-user-deleted = Das Konto wurde gelöscht.
event-deletion-scheduled = Das Löschen des Kontos wurde vorgemerkt.
event-deletion-cancelled = Das Löschen des Kontos wurde abgebrochen.
event-invitation-sent = Eine Einladung wurde verschickt.
event-invitation-accepted = Eine Einladung wurde angenommen.
event-users-imported = Konten wurden aus einem anderen System übernommen.
event-data-exported = Die Daten des Kontos wurden exportiert.
event-audit-read = Die Verwaltung hat die Aktivität gelesen.
event-key-rotated = Ein Schlüssel des Servers wurde ersetzt.

delete-account = Konto löschen
data = Deine Daten
data-text = Alles, was dieser Dienst über dich gespeichert hat, in einer Datei.
data-button = Anzeigen
data-what = Die Datei ist JSON. Sie enthält dein Profil, Adressen, Geräte, Anmeldewege, wartende E-Mails und was mit deinem Konto geschah. Passwörter und Geheimnisse enthält sie nicht.
data-careful = Behalte die Datei für dich: Sie zeigt, wo und wann du dich angemeldet hast.
data-download = Herunterladen
data-busy-heading = Einen Moment, bitte
data-busy-text = Deine Daten werden gerade schon heruntergeladen. Versuche es noch einmal, wenn das fertig ist.

deletion-heading = Dein Konto wird am { $date } gelöscht
deletion-text = Du hast darum gebeten. Wenn du es dir anders überlegt hast, kannst du dein Konto mit allem darin behalten.
deletion-keep = Konto behalten

delete-warning-grace = Dein Konto und alles darin ist dann unwiederbringlich weg. { $days ->
    [one] Einen Tag
   *[other] { $days } Tage
} lang kannst du dich noch anmelden und es behalten.
delete-warning = Dein Konto und alles darin ist dann unwiederbringlich weg.
delete-confirm = Mein Konto löschen

notice-profile-saved = Dein Profil ist gespeichert.
notice-password-changed = Dein Passwort ist geändert.
notice-session-ended = Das Gerät ist abgemeldet.
notice-other-sessions-ended = Du bist überall sonst abgemeldet.
notice-sign-in-first = Bitte melde dich an, um fortzufahren.
notice-signed-out = Du bist abgemeldet.
notice-deletion-scheduled = Dein Konto wird gelöscht. Wenn du es dir vorher anders überlegst, melde dich an und behalte es.
notice-account-kept = Dein Konto bleibt.
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

# Passkeys, zweite Faktoren, und die Frage, ob jemand es wirklich ist.

confirm = Bestätigen
cancel = Abbrechen
remove = Entfernen
rename = Umbenennen
added = Hinzugefügt
copy = Kopieren
copied = Kopiert
print = Drucken
is-on = an
is-off = aus

passkey-button = Weiter mit einem Passkey
passkey-not-used = Es wurde kein Passkey benutzt. Bitte versuche es noch einmal, oder nimm einen anderen Weg.
passkey-not-added = Es wurde kein Passkey hinzugefügt. Bitte versuche es noch einmal.
passkey-present = Dieses Gerät hat schon einen Passkey für dein Konto.
passkey-needs-script = Passkeys brauchen JavaScript und einen Browser, der sie kennt.
passkey-rejected = Der Passkey wurde nicht angenommen. Bitte versuche es noch einmal, oder nimm einen anderen Weg.

mfa-heading = Bestätige, dass du es bist
mfa-passkey-text = Benutze deinen Passkey, um die Anmeldung abzuschließen.
mfa-remember = In diesem Browser 30 Tage lang nicht mehr fragen
mfa-expired-heading = Diese Anmeldung ist abgelaufen
mfa-expired-text = Du hast fünf Minuten, um eine Anmeldung zu bestätigen, und zwar in dem Browser, in dem du sie begonnen hast. Bitte melde dich noch einmal an.
account-disabled-heading = Dieses Konto ist gesperrt
account-disabled-text = Bitte wende dich an die Verwaltung.
code-hint-both = Aus deiner Authenticator-App oder einer deiner Wiederherstellungscodes.
code-hint-app = Aus deiner Authenticator-App.
code-hint-recovery = Einer deiner Wiederherstellungscodes.
recovery-code = Wiederherstellungscode
app-code-wrong = Dieser Code ist falsch, oder er wurde schon benutzt. Ein Code der App gilt einmal: Warte auf den nächsten.
recovery-code-wrong = Dieser Wiederherstellungscode ist falsch oder wurde schon benutzt. Jeder gilt einmal.
reset-first = Zu viele Codes waren falsch. Nimm einen Wiederherstellungscode oder einen Passkey, oder setze erst dein Passwort zurück.
too-many-codes = Ein Wiederherstellungscode oder ein Passkey kann jetzt gelten.

confirm-it-is-you = Bestätigen, dass ich es bin
confirm-first = Bitte bestätige erst, dass du es bist. Es wurde nichts geändert.
proof-passkey-text = Dein Browser fragt jetzt nach deinem Passkey.
proof-mail-text = Wir schicken dir einen Code, mit dem du bestätigst, dass du es bist.
proof-mailed-text = Eine E-Mail mit einem Code ist unterwegs. Der Code gilt 10 Minuten.
proof-not-enough = Das reicht für dein Konto nicht. Bitte nimm einen der Wege, die diese Seite zeigt.
proof-none = Du hast keine Möglichkeit, zu bestätigen, dass du es bist. Bitte wende dich an die Verwaltung.

security = Anmeldung und Sicherheit
security-text = Passkeys, eine Authenticator-App, Wiederherstellungscodes und verbundene Konten.
security-button = Passkeys und zweite Faktoren
must-confirm = Du hast einen zweiten Faktor, aber du hast ihn in dieser Sitzung nicht benutzt.
confirm-address-first = Bitte bestätige zuerst deine Adresse: Nachrichten über Passkeys und zweite Faktoren gehen dorthin. Öffne den Link, den wir dorthin schicken.

passkeys = Passkeys
passkeys-text = Melde dich mit Gesicht, Fingerabdruck oder der Sperre deines Geräts an, ohne Passwort.
synced = synchronisiert
add-passkey = Passkey hinzufügen
add-passkey-text = Dein Browser fragt, wo er den Passkey aufbewahren soll, und lässt dich dein Gerät entsperren.
passkey-name = Name (freiwillig)
passkey-name-hint = Zum Beispiel „Mein Telefon“. Du kannst ihn später ändern.
rename-passkey = { $name } umbenennen
remove-passkey = { $name } entfernen

app = Authenticator-App
app-text = Wenn du dich mit deinem Passwort oder einem verbundenen Konto anmeldest, gibst du auch einen Code aus einer App auf deinem Telefon ein.
app-set-up = Authenticator-App einrichten
app-turn-off = Ausschalten
app-off-text = Wenn du sie ausschaltest, werden deine anderen Geräte abgemeldet.
app-off-last-text = Wenn du sie ausschaltest, gelten deine Wiederherstellungscodes nicht mehr, und deine anderen Geräte werden abgemeldet.
app-scan = Scanne dieses Bild mit einer Authenticator-App, zum Beispiel der deines Telefons oder deines Passwort-Managers.
app-type = Gib den Code ein, den die App zeigt.
app-open = Die App auf diesem Gerät öffnen
app-by-hand = Stattdessen den Schlüssel abtippen
app-code = Code aus der App
app-confirm = Einschalten
qr-name = QR-Code für deine Authenticator-App

codes = Wiederherstellungscodes
codes-text = Mit ihnen meldest du dich an, wenn du App oder Passkey verloren hast. Jeder Code gilt einmal.
codes-left = { $count ->
    [0] Du hast keine mehr. Bitte erstelle neue.
    [one] Du hast noch einen. Bitte erstelle neue.
   *[other] Du hast noch { $count } Codes.
}
codes-renew = Neue Codes erstellen
codes-renew-text = Neue Codes ersetzen alle früheren, und deine anderen Geräte werden abgemeldet.
codes-shown-text = Bewahre diese Codes sicher auf. Wenn du deine App oder deinen Passkey verlierst, meldet jeder von ihnen dich einmal an.
codes-shown-warning = Du siehst diese Codes nur jetzt.
codes-save = Als Datei speichern
codes-saved = Ich habe sie gespeichert
codes-file = Wiederherstellungscodes von { $email } bei { $service }. Jeder gilt einmal.

password-off = Passwort entfernen
password-off-text = Du meldest dich dann mit einem Passkey an. Um das Passwort zu entfernen, brauchst du unbenutzte Wiederherstellungscodes und bestätigst mit einem Passkey, dass du es bist. Deine anderen Geräte werden abgemeldet.

notice-confirm-first = Bitte bestätige, dass du es bist. Versuche es dann noch einmal.
notice-confirm-by-passkey = Bitte bestätige mit einem Passkey, dass du es bist. Versuche es dann noch einmal.
notice-confirmed = Danke. Du kannst jetzt weitermachen.
notice-mfa-required = Dein Konto braucht einen zweiten Faktor. Richte bitte eine Authenticator-App oder einen Passkey ein, um fortzufahren.
notice-app-on = Die Authenticator-App ist eingerichtet. Deine anderen Geräte sind abgemeldet.
notice-app-off = Die Authenticator-App ist ausgeschaltet. Deine anderen Geräte sind abgemeldet.
notice-app-expired = Diese Einrichtung ist abgelaufen. Bitte fang noch einmal an.
notice-passkey-added = Der Passkey ist hinzugefügt. Deine anderen Geräte sind abgemeldet.
notice-passkey-renamed = Der Passkey ist umbenannt.
notice-passkey-removed = Der Passkey ist entfernt. Deine anderen Geräte sind abgemeldet. Lösche ihn auch auf deinem Gerät.
notice-passkey-expired = Diese Registrierung ist abgelaufen. Bitte fang noch einmal an.
notice-password-removed = Das Passwort ist entfernt. Deine anderen Geräte sind abgemeldet.
notice-codes-shown-once = Das ist schon geschehen. Wiederherstellungscodes werden einmal gezeigt: Wenn du neue nicht gespeichert hast, erstelle andere.
notice-codes-renewed = Das sind deine neuen Codes. Alle früheren gelten nicht mehr, und deine anderen Geräte sind abgemeldet.

continue = Weiter
continue-with = Weiter mit { $provider }
leave-heading = Du wirst zur App zurückgeleitet
leave-text = Wenn nichts passiert, wähle „Weiter“.
an-app-on-this-device = einer App auf diesem Gerät
back-to = Zurück zu { $application }
back-to-app = Zurück zur App
cancelled-here = Die Person ist zurückgegangen.
social-code-dead-heading = Dieser Code gilt nicht mehr
social-code-dead-text = Codes gelten 10 Minuten, fünf Versuche lang und einmal. Bitte fordere einen neuen an.
disconnect-text = Wenn du ein Konto trennst, werden deine anderen Geräte abgemeldet.
social-for = Damit meldest du dich bei { $application } an.
social-link-for = Damit verbindest du das Konto, das du dort wählst, mit deinem Konto hier. Die Anfrage kommt von { $application }.
social-start-text = Wenn du das nicht wolltest, schließe diese Seite.
social-posted-heading = Weiter zur Anmeldung
social-address-heading = Bestätige deine E-Mail-Adresse
social-address-text = { $provider } hat uns deine Adresse nicht bestätigt, deshalb schicken wir einen Code dorthin.
social-code-text = Wir haben eine E-Mail an { $email } geschickt. Wenn sie einen Code enthält, gib ihn hier ein.
code-wrong = Das ist nicht der Code aus der E-Mail. Bitte prüfe ihn.
social-unreachable-heading = { $provider } ist nicht erreichbar
social-unreachable-text = Bitte versuche es später noch einmal, oder melde dich anders an.
social-rejected-heading = Diese Anmeldung hat nicht geklappt
social-rejected-text = { $provider } hat abgelehnt, oder die Antwort konnte nicht überprüft werden. Bitte versuche es noch einmal.
social-declined-heading = Du wurdest nicht angemeldet
social-declined-text = Du hast bei { $provider } abgebrochen.
social-link-unreachable-heading = { $provider } ist nicht erreichbar
social-link-unreachable-text = Bitte versuche es später noch einmal.
social-link-rejected-heading = Es wurde kein Konto verbunden
social-link-rejected-text = { $provider } hat abgelehnt, oder die Antwort konnte nicht überprüft werden. Bitte versuche es noch einmal.
social-link-declined-heading = Es wurde kein Konto verbunden
social-link-declined-text = Du hast bei { $provider } abgebrochen.
social-expired-heading = Diese Anmeldung ist abgelaufen
social-expired-text = Sie gilt 10 Minuten, einmal, und in dem Browser, in dem du begonnen hast. Oder du hast in einem anderen Tab neu begonnen. Bitte fang noch einmal an.
social-no-address-heading = Deine Adresse ist nicht bestätigt
social-no-address-text = Wir können deine E-Mail-Adresse nicht bestätigen, weil dieser Server keinen Code dorthin schicken kann. Bitte melde dich anders an.
social-not-verified-heading = Bitte bestätige zuerst deine Adresse
social-not-verified-text = Wir haben einen Link dorthin geschickt. Öffne ihn, und melde dich dann noch einmal an.
social-account-exists-heading = Du hast schon ein Konto
social-account-exists-text = Es gibt schon ein Konto mit dieser E-Mail-Adresse. Bitte melde dich dort wie gewohnt an, und verbinde { $provider } auf der Seite für Anmeldung und Sicherheit.
social-signup-closed-heading = Zu dieser Anmeldung gibt es kein Konto
social-signup-closed-text = Im Moment kann sich hier niemand registrieren. Bitte die Verwaltung um ein Konto.

identities = Verbundene Konten
identities-text = Mit einem verbundenen Konto brauchst du hier kein zusätzliches Passwort.
connect = { $provider } verbinden
disconnect = Trennen
disconnect-provider = { $provider } trennen
notice-identity-linked = Das Konto ist verbunden. Du kannst dich jetzt damit anmelden.
notice-identity-unlinked = Das Konto ist getrennt. Du kannst dich damit nicht mehr anmelden, und deine anderen Geräte sind abgemeldet.

# Verwaltung.

administration = Verwaltung
administration-text = Die Konten anderer, soweit deine Rollen es erlauben.
administration-button = Verwaltung öffnen
administration-proof = Änderungen brauchen eine frische Bestätigung, dass du es bist. Bestätige es zuerst, dann musst du nichts zweimal eingeben.

people = Personen
people-find = Suchen
people-search = Name oder Adresse
people-search-hint = Der Anfang genügt. Mit einem @ werden nur Adressen durchsucht.
people-show = Anzeigen
people-show-button = Anzeigen
people-all = Alle
people-active = Aktive Konten
people-disabled = Gesperrte Konten
people-with-role = Rolle { $role }
people-by-name = Gefunden nach Name
people-by-email = Gefunden nach Adresse
people-count = { $count ->
    [one] { $count } Person
   *[other] { $count } Personen
}
people-more-than = Mehr als { $count } Personen
people-none = Niemand gefunden.
people-back = Zurück
people-on = Weitere
disabled = gesperrt
active = aktiv
last-login = Letzte Anmeldung
never-signed-in = Noch nie angemeldet

person-self = dein eigenes Konto
person-id = Kennung
status = Status
roles = Rollen
roles-none = keine
none = keine
is-set = gesetzt
is-not-set = nicht gesetzt
invited-until = Eingeladen bis
deletes-at = Wird gelöscht
created-at = Angelegt
person-email-hint = Eine neue Adresse zählt, sobald sie bestätigt ist. Wir schicken einen Link dorthin und benachrichtigen die alte.
person-above = Dieses Konto oder eine gewählte Rolle erlaubt mehr, als du selbst darfst. Das kannst du nicht ändern.
roles-above = Eine dieser Rollen erlaubt mehr, als du selbst darfst.
roles-save = Rollen speichern
roles-invited-text = Diese Rollen zählen, sobald die Einladung angenommen ist. Beim Speichern wird die Einladung noch einmal verschickt.
person-reset = Link schicken
person-reset-text = Wir schicken einen Link, um ein neues Passwort zu setzen. Du siehst nie ein Passwort.
invite-again = Noch einmal einladen
person-invite-text = Die Einladung wurde noch nicht angenommen. Wenn du sie noch einmal schickst, gilt die vorige nicht mehr.
person-factors = Faktoren entfernen
person-factors-text = Für jemanden, der App, Passkeys und Codes verloren hat. Prüfe vorher, dass es wirklich diese Person ist. Alle ihre Geräte werden abgemeldet.
person-sessions = Angemeldet auf
person-sessions-none = Kein Gerät ist angemeldet.
person-sign-out = Überall abmelden
person-events = Alle Ereignisse dieser Person
disable-person = Konto sperren
disable-person-text = Alle Geräte werden abgemeldet, und niemand kann sich anmelden, bis das Konto wieder freigegeben ist. Die Person erfährt es per E-Mail.
reason = Grund (freiwillig)
reason-hint = Er steht nur im Protokoll.
enable-person = Konto freigeben
enable-person-text = Die Person kann sich wieder anmelden.
delete-person-text = Das Konto und alles darin ist dann unwiederbringlich weg. Die Person erfährt es per E-Mail.
delete-person-email = Gib zur Bestätigung die Adresse des Kontos ein
delete-person-wrong = Das ist nicht die Adresse des Kontos.

notice-person-saved = Die Änderung ist gespeichert.
notice-roles-saved = Die Rollen sind gespeichert.
notice-person-disabled = Das Konto ist gesperrt.
notice-person-enabled = Das Konto ist wieder freigegeben.
notice-person-signed-out = Alle Geräte dieser Person sind abgemeldet.
notice-person-mailed = Die E-Mail ist unterwegs.
notice-person-invited = Die Einladung ist unterwegs.
notice-factors-reset = Die zweiten Faktoren sind entfernt.
notice-person-deleted = Das Konto ist gelöscht, oder es wird gelöscht, sobald keine frühere Adresse es mehr zurückholen kann.

audit-log = Protokoll
audit-text = Alles, was mit den Konten dieses Servers geschah, das Neueste zuerst. Das Protokoll hält auch fest, wer es liest.
audit-filter = Filter
audit-type = Ereignis
audit-type-all = Alle Ereignisse
audit-person = Person (Kennung oder Adresse)
audit-since = Seit (Tag, in UTC)
audit-none = Ein solches Ereignis gibt es nicht.
audit-cut = Die Suche hat nach vielen Ereignissen angehalten. „Älter“ setzt sie fort.
event-account = Konto:
event-actor = Durch:
actor-owner = die Person selbst
actor-administrator = Verwaltung
actor-anonymous = jemand Unbekanntes
actor-command-line = Kommandozeile
actor-system = dieser Server

invite = Einladen
invite-text = Wir schicken einen Link, der drei Tage gilt. Damit wählt die Person ein Passwort.
invite-whom = Wen möchtest du einladen?
invite-button = Einladung schicken
invite-no-mail = Dieser Server verschickt keine E-Mails, deshalb kann niemand eingeladen werden.
invite-waiting = Noch nicht angenommen
invite-waiting-none = Niemand hat eine offene Einladung.
invite-waiting-cut = Es kann weitere geben. In der Liste der Personen findest du alle.
invite-expires = Gilt bis
invite-expired = Abgelaufen:
invite-again-to = Noch einmal schicken: die Einladung an { $name }

import = Übernehmen
import-text = Personen aus einem anderen System, höchstens { $most } auf einmal, mit den Passwort-Hashes jenes Systems. Größere Dateien: „portcullis user import“.
import-people = Personen
import-field = JSON Lines, oder CSV mit Kopfzeile
import-hint = Spalten: email, name, password_hash, email_verified, roles, created_at. Nur email ist nötig.
import-check = Nur prüfen
import-run = Jetzt übernehmen
import-checked = Ergebnis der Prüfung
import-done = Ergebnis der Übernahme
import-nothing-yet = Es wurde noch nichts geschrieben.
import-summary = Neu: { $created }. Übersprungen: { $skipped }. Abgelehnt: { $refused }.
import-without-password = Ohne Passwort: { $count }.
import-not-read = Nicht gelesen: { $names }.
import-line = Zeile
import-would-create = Wird angelegt.
import-created = Wurde angelegt.
import-skipped = Übersprungen.
import-refused = Abgelehnt.
import-too-many = Bitte übernimm höchstens { $most } Personen auf einmal.
import-no-header = Die erste Zeile muss eine Kopfzeile mit einer Spalte „email“ sein.
import-above = Rollen und bestätigte Adressen brauchen das Recht, Rollen zu verwalten, und eine Rolle darf nicht mehr erlauben, als du selbst darfst. Es wurde nichts übernommen.
notice-import-done-before = Dieses Formular wurde schon einmal abgeschickt und hat gewirkt. Die Liste der Personen zeigt die neuen Konten.

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
error-NOT_FOUND-passkeys = Dieser Passkey ist schon entfernt.
error-MFA_CODE_INVALID = Diesen Code zeigt die App gerade nicht. Bitte prüfe die Uhr deines Geräts.
error-MFA_CHALLENGE_EXPIRED = Das ist abgelaufen. Bitte fang noch einmal an.
error-TOTP_ALREADY_ENABLED = Es ist schon eine Authenticator-App eingerichtet. Schalte sie aus, um eine andere einzurichten.
error-TOTP_NOT_ENABLED = Es ist keine Authenticator-App eingerichtet.
error-TOTP_NOT_ENABLED-codes = Richte erst eine Authenticator-App oder einen Passkey ein: Wiederherstellungscodes ersetzen, was du verlierst.
error-PASSKEY_REJECTED = Der Passkey wurde nicht angenommen. Bitte versuche es noch einmal, oder nimm einen anderen Weg.
error-CHALLENGE_EXPIRED = Das ist abgelaufen. Bitte versuche es noch einmal.
error-LAST_CREDENTIAL = Um das Passwort zu entfernen, brauchst du einen Passkey und unbenutzte Wiederherstellungscodes.
error-LAST_CREDENTIAL-passkeys = Dieser Passkey ist deine letzte Möglichkeit, dich anzumelden. Setze erst ein Passwort.
error-LIMIT_REACHED = Du hast so viele Passkeys, wie ein Konto haben kann. Entferne erst einen.
error-CURRENT_PASSWORD_INCORRECT-reauthenticate = Das ist nicht dein Passwort.
error-EMAIL_NOT_VERIFIED-app = Bitte bestätige erst deine Adresse: Ohne sie ließe sich ein verlorener Faktor nicht ersetzen.
error-EMAIL_NOT_VERIFIED-passkeys = Bitte bestätige erst deine Adresse: Ohne sie ließe sich ein verlorener Passkey nicht ersetzen.
error-FEATURE_DISABLED = Das bietet dieser Server nicht an. Bitte wende dich an die Verwaltung.
error-NOT_FOUND-identities = Dieses Konto ist schon getrennt.
error-LAST_CREDENTIAL-identities = Das ist deine letzte Möglichkeit, dich anzumelden. Setze erst ein Passwort, füge einen Passkey hinzu, oder verbinde ein anderes Konto.
error-LIMIT_REACHED-identities = Du hast so viele verbundene Konten, wie ein Konto haben kann. Trenne erst eines.
error-IDENTITY_TAKEN = Dieses Konto des anderen Dienstes gehört hier schon jemand anderem.
error-NOT_FOUND-admin = Bei diesem Konto geht das nicht: Es gibt es nicht mehr, es ist gesperrt, oder es wurde inzwischen geändert.
error-CANNOT_TARGET_SELF-admin = Bei deinem eigenen Konto geht das hier nicht. Bitte eine andere Person aus der Verwaltung, oder nutze deine Kontoseite.
error-LAST_ADMIN-admin = Das ist die letzte Person in der Verwaltung, die sich anmelden kann. Bestimme erst eine andere.
error-INVALID_ROLE-admin = Eine solche Rolle gibt es auf diesem Server nicht.
error-LIMIT_REACHED-admin = Eine Person hat höchstens 50 Rollen, deren Namen zusammen höchstens 1000 Zeichen lang sind.
error-EMAIL_TAKEN-admin = Ein anderes Konto hat diese Adresse.
error-FEATURE_DISABLED-admin = Dieser Server verschickt keine E-Mails.
error-EMAIL_TAKEN-import = Ein anderes Konto hat diese Adresse.
error-PASSWORD_HASH_INVALID-import = Der Passwort-Hash ist unvollständig, hat eine unbekannte Form, oder er braucht einen Schlüssel, den nur die Kommandozeile nimmt.
error-PASSWORD_HASH_TOO_COSTLY-import = Der Passwort-Hash ist zu aufwendig zu prüfen.
error-INVALID_TIME-import = Ein Konto kann nicht vor 1970 oder in der Zukunft angelegt worden sein.
error-RECORD_TOO_LONG-import = Der Eintrag hat mehr als 64 KiB. In CSV ist vielleicht ein Anführungszeichen offen; in einem JSON-Dokument heißt die Liste vielleicht nicht „users“.
error-NOT_UTF8-import = Der Text ist kein UTF-8.
error-NOT_JSON-import = Der Eintrag ist kein JSON-Objekt.
error-DUPLICATE_NAME-import = Zwei Werte haben denselben Namen, { $name }; Großschreibung und Satzzeichen in Namen zählen nicht. Entferne einen davon oder benenne ihn um.
error-NO_USERS-import = Das Objekt hat weder eine Adresse noch eine Liste „users“. Nenne die Liste „users“ oder schreibe nur die Liste.
error-STRAY_TEXT-import = Hier steht Text, der zu keiner Person gehört. Entferne ihn und prüfe, ob jemand fehlt.
error-TEXT_AFTER_QUOTE-import = Nach dem Anführungszeichen, das eine Zelle beendet, steht Text. Schreibe Anführungszeichen in solchen Zellen doppelt.
error-OPEN_QUOTE-import = Ein Anführungszeichen in diesem Eintrag wird nie geschlossen, deshalb gehört der Rest des Textes zu ihm. Schließe es und importiere noch einmal.
error-CARRIAGE_RETURN-import = Hier steht ein Wagenrücklauf ohne Zeilenvorschub. Beende Zeilen mit einem Zeilenvorschub.
error-COLUMN_COUNT-import = Der Eintrag hat mehr oder weniger Zellen als die Kopfzeile.
error-INCOMPLETE-import = Der Text endet mitten im Eintrag.
error-AMBIGUOUS_VALUE-import = { $name } und { $other } bedeuten dasselbe und haben verschiedene Werte. Entferne einen davon oder benenne ihn um.
error-INVALID_VALUE-import = Der Wert von { $name } hat nicht die erwartete Form.
error-INVALID_STATUS-import = Der Wert von { $name } ist „{ $value }“. Das besagt weder, dass das Konto offen ist ({ $open }), noch, dass es geschlossen ist ({ $closed }). Schreibe eines dieser Wörter, oder lass { $name } weg, wenn es etwas anderes bedeutet.
error-ACCOUNT_DISABLED-import = Das Konto ist im anderen System gesperrt, deshalb wird es nicht als aktives übernommen.
