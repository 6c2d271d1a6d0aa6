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

verified = bestätigt
not-verified = noch nicht bestätigt

profile = Profil
save = Speichern
change-password = Passwort ändern
current-password = Aktuelles Passwort
new-password = Neues Passwort
keep-other-sessions = Auf meinen anderen Geräten angemeldet bleiben

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
