# Alle Texte der E-Mails, auf Deutsch. { $service } ist der Name des Dienstes.

mail-subject = { $heading } · { $service }
mail-greeting = Hallo { $name },

mail-device = Gerät
mail-network = Netzwerk
mail-time = Zeit

mail-bare-link = Falls der Knopf nicht geht, kopiere diese Adresse in deinen Browser:
mail-lifetime-link = Der Link gilt { $minutes } Minuten lang und nur einmal.
mail-lifetime-notice = Der Link gilt { $days } Tage lang und nur einmal.
mail-lifetime-code = Code und Link gelten { $minutes } Minuten lang und nur einmal.
mail-lifetime-code-alone = Der Code gilt { $minutes } Minuten lang und nur einmal.

mail-reason-account = Du bekommst diese E-Mail, weil du mit dieser Adresse ein Konto bei { $service } hast.
mail-reason-former-account = Du bekommst diese E-Mail, weil du mit dieser Adresse ein Konto bei { $service } hattest.
mail-reason-entered = Du bekommst diese E-Mail, weil jemand diese Adresse bei { $service } angegeben hat.
mail-reason-test = Du bekommst diese E-Mail, weil jemand, der { $service } betreibt, den Versand von E-Mails testet.

mail-confirm-address-heading = Bestätige deine E-Mail-Adresse
mail-confirm-address-text = Jemand, hoffentlich du, hat diese Adresse für ein Konto bei { $service } angegeben.
mail-confirm-address-action = Der Link bestätigt, dass die Adresse dir gehört.
mail-confirm-address-button = Adresse bestätigen
mail-confirm-address-else = Wenn du das nicht warst, ignoriere diese E-Mail: Ohne den Link wird nichts bestätigt.

mail-confirm-registration-heading = Schließ deine Registrierung ab
mail-confirm-registration-text = Jemand, hoffentlich du, hat sich mit dieser Adresse bei { $service } registriert.
mail-confirm-registration-action = Der Link bestätigt die Adresse und legt dein Konto an.
mail-confirm-registration-button = Registrierung abschließen
mail-confirm-registration-else = Wenn du das nicht warst, ignoriere diese E-Mail: Ohne den Link wird kein Konto angelegt.

mail-already-registered-heading = Du hast schon ein Konto
mail-already-registered-text = Jemand, hoffentlich du, wollte sich mit dieser Adresse bei { $service } registrieren. Du hast damit schon ein Konto, deshalb wurde nichts geändert. Du kannst dich wie immer anmelden.
mail-already-registered-action = Falls du dein Passwort vergessen hast, kannst du mit dem Link ein neues wählen.
mail-already-registered-button = Neues Passwort wählen
mail-already-registered-else = Wenn du das nicht warst, ignoriere diese E-Mail: Ohne den Link bleibt dein Passwort, wie es ist.

mail-reset-password-heading = Wähle ein neues Passwort
mail-reset-password-text = Jemand, hoffentlich du, möchte ein neues Passwort für dein Konto bei { $service }.
mail-reset-password-action = Mit dem Link kannst du ein neues Passwort wählen.
mail-reset-password-button = Neues Passwort wählen
mail-reset-password-else = Wenn du das nicht warst, ignoriere diese E-Mail: Ohne den Link bleibt dein Passwort, wie es ist.

mail-invitation-heading = Du bist eingeladen
mail-invitation-text = Du bist zu einem Konto bei { $service } für diese Adresse eingeladen.
mail-invitation-action = Mit dem Link wählst du sein Passwort. Danach kannst du dich anmelden; ein früheres Passwort gilt nicht mehr.
mail-invitation-button = Einladung annehmen
mail-invitation-else = Wenn du sie nicht erwartest, ignoriere diese E-Mail: dann ändert sich nichts.

mail-confirm-new-address-heading = Bestätige deine neue E-Mail-Adresse
mail-confirm-new-address-text = Jemand, hoffentlich du, möchte diese Adresse für ein Konto bei { $service } benutzen.
mail-confirm-new-address-action = Mit dem Link kannst du die Änderung bestätigen. Dafür musst du in diesem Konto angemeldet sein oder sein Passwort eingeben.
mail-confirm-new-address-button = Adresse bestätigen
mail-confirm-new-address-else = Wenn du das nicht warst, ignoriere diese E-Mail: Ohne den Link wird nichts geändert.

mail-address-requested-heading = Jemand hat deine E-Mail-Adresse angegeben
mail-address-requested-text = Jemand wollte deine Adresse für ein anderes Konto bei { $service } benutzen. Sie gehört zu deinem Konto, deshalb wurde nichts geändert.
mail-address-requested-else = Wenn du das nicht warst, ignoriere diese E-Mail. Wenn du das warst: Eine Adresse kann nur zu einem Konto gehören, ändere sie also zuerst dort.

mail-address-changed-heading = Deine E-Mail-Adresse wurde geändert
mail-address-changed-text = Dein Konto bei { $service } hat jetzt die Adresse { $address } statt dieser.
mail-address-changed-action = Wenn du das nicht warst, mach die Änderung rückgängig. Der Link gibt deinem Konto diese Adresse zurück und meldet alle Geräte ab. Danach bekommst du eine E-Mail, um ein neues Passwort zu wählen.
mail-address-changed-button = Rückgängig machen
mail-address-changed-else = Wenn du das warst, ignoriere diese E-Mail: Ohne den Link bleibt die neue Adresse.

mail-address-changed-for-good-heading = Deine E-Mail-Adresse wurde geändert
mail-address-changed-for-good-text = Dein Konto bei { $service } hat jetzt eine andere Adresse statt dieser.
mail-address-changed-for-good-else = Wenn du davon weißt, ignoriere diese E-Mail. Wenn nicht, wende dich bitte an die Verwaltung von { $service }.

mail-address-restored-heading = Du hast deine E-Mail-Adresse wieder
mail-address-restored-text = Die Änderung deiner Adresse wurde rückgängig gemacht. Dein Konto bei { $service } hat wieder diese Adresse, und alle Geräte sind abgemeldet.
mail-address-restored-action = Mit dem Link kannst du ein neues Passwort wählen.
mail-address-restored-button = Neues Passwort wählen
mail-address-restored-else = Wenn du diese E-Mail ignorierst, ändert sich nichts weiter. Wenn du die Änderung nicht selbst rückgängig gemacht hast, wähle trotzdem ein neues Passwort.

mail-sign-in-code-heading = Dein Anmeldecode
mail-sign-in-code-text = Gib diesen Code dort ein, wo du die Anmeldung begonnen hast. Das muss { $host } sein: Gib ihn nirgendwo sonst ein, und verrate ihn niemandem.
mail-sign-in-code-action = Du kannst auch den Link in dem Browser öffnen, in dem du begonnen hast. Er meldet dich dort an und nirgendwo sonst.
mail-sign-in-code-button = Anmelden
mail-sign-in-code-else = Wenn du das nicht warst, ignoriere diese E-Mail: Ohne Code oder Link wird niemand angemeldet.

mail-identity-code-heading = Dein Bestätigungscode
mail-identity-code-text = Gib diesen Code dort ein, wo du ihn angefordert hast, um zu zeigen, dass du es bist. Das muss { $host } sein: Gib ihn nirgendwo sonst ein, und verrate ihn niemandem.
mail-identity-code-else = Wenn du das nicht warst, ist jemand anders in deinem Konto angemeldet: Melde dort jetzt alle anderen Geräte ab, und ändere dein Passwort, falls du eines hast.

mail-address-code-heading = Dein Bestätigungscode
mail-address-code-text = Gib diesen Code dort ein, wo du dich mit { $provider } anmelden wolltest, um zu bestätigen, dass diese Adresse dir gehört. Das muss { $host } sein: Gib ihn nirgendwo sonst ein, und verrate ihn niemandem.
mail-address-code-else = Wenn du das nicht warst, ignoriere diese E-Mail: Ohne den Code passiert nichts.

mail-account-exists-heading = Du hast schon ein Konto
mail-account-exists-text = Jemand, hoffentlich du, wollte sich bei { $service } mit { $provider } anmelden und hat diese Adresse angegeben. Zu dieser Adresse gibt es schon ein Konto, deshalb hat sich nichts geändert.
mail-account-exists-action = Wenn du das warst, melde dich wie gewohnt an, und verbinde { $provider } auf der Seite für Anmeldung und Sicherheit.
mail-account-exists-button = Anmelden
mail-account-exists-else = Wenn du das nicht warst, ignoriere diese E-Mail: Niemand wurde angemeldet.

mail-password-changed-heading = Dein Passwort wurde geändert
mail-password-changed-text = Das Passwort deines Kontos bei { $service } wurde geändert.
mail-password-changed-action = Wenn du das nicht warst, setze dein Passwort jetzt zurück. Der Link führt zur Seite dafür.
mail-password-changed-button = Passwort zurücksetzen
mail-password-changed-else = Wenn du das warst, ignoriere diese E-Mail: Den Link nur zu öffnen, ändert nichts.

mail-new-sign-in-heading = Neue Anmeldung in deinem Konto
mail-new-sign-in-text = Jemand hat sich mit einem Gerät oder Netz, das du bisher nicht benutzt hast, in deinem Konto bei { $service } angemeldet.
mail-new-sign-in-action = Wenn du das nicht warst, melde mit dem Link alle Geräte ab. Das entfernt auch dein Passwort, denn jemand anders kennt es vielleicht. Danach bekommst du eine E-Mail, um ein neues zu wählen.
mail-new-sign-in-button = Alle Geräte abmelden
mail-new-sign-in-else = Wenn du das warst, ignoriere diese E-Mail: Ohne den Link ändert sich nichts. Du kannst diese Hinweise in deinem Konto abschalten.

mail-token-reused-heading = Ein Gerät wurde abgemeldet
mail-token-reused-text = Eine Anmeldung in deinem Konto bei { $service } wurde ein zweites Mal benutzt, als hätte sie jemand kopiert. Um dein Konto zu schützen, haben wir das Gerät abgemeldet.
mail-token-reused-action = Wenn dir das nichts sagt, setze dein Passwort jetzt zurück. Der Link führt zur Seite dafür.
mail-token-reused-button = Passwort zurücksetzen
mail-token-reused-else = Wenn du das warst, ignoriere diese E-Mail und melde dich wieder an: Den Link nur zu öffnen, ändert nichts.

mail-totp-enabled-heading = Eine Authenticator-App wurde hinzugefügt
mail-totp-enabled-text = Zu deinem Konto bei { $service } wurde eine Authenticator-App hinzugefügt.
mail-totp-enabled-action = Wenn du das nicht warst, melde mit dem Link alle Geräte ab. Das entfernt auch die App und dein Passwort, denn jemand anders kennt es vielleicht. Danach bekommst du eine E-Mail, um ein neues zu wählen.
mail-totp-enabled-button = Alle Geräte abmelden
mail-totp-enabled-else = Wenn du das warst, ignoriere diese E-Mail: Ohne den Link ändert sich nichts.

mail-totp-disabled-heading = Deine Authenticator-App wurde entfernt
mail-totp-disabled-text = Die Authenticator-App wurde aus deinem Konto bei { $service } entfernt.
mail-totp-disabled-action = Wenn du das nicht warst, setze dein Passwort jetzt zurück. Der Link führt zur Seite dafür. Füge die App danach wieder hinzu.
mail-totp-disabled-button = Passwort zurücksetzen
mail-totp-disabled-else = Wenn du das warst, ignoriere diese E-Mail: Den Link nur zu öffnen, ändert nichts.

mail-passkey-added-heading = Ein Passkey wurde hinzugefügt
mail-passkey-added-text = Zu deinem Konto bei { $service } wurde ein Passkey hinzugefügt. Damit kann man sich anmelden.
mail-passkey-added-action = Wenn du das nicht warst, melde mit dem Link alle Geräte ab. Das entfernt auch den Passkey und dein Passwort, denn jemand anders kennt es vielleicht. Danach bekommst du eine E-Mail, um ein neues zu wählen.
mail-passkey-added-button = Alle Geräte abmelden
mail-passkey-added-else = Wenn du das warst, ignoriere diese E-Mail: Ohne den Link ändert sich nichts.

mail-passkey-removed-heading = Ein Passkey wurde entfernt
mail-passkey-removed-text = Aus deinem Konto bei { $service } wurde ein Passkey entfernt. Damit kann sich niemand mehr anmelden.
mail-passkey-removed-action = Wenn du das nicht warst, setze dein Passwort jetzt zurück. Der Link führt zur Seite dafür. Füge deinen Passkey danach wieder hinzu.
mail-passkey-removed-button = Passwort zurücksetzen
mail-passkey-removed-else = Wenn du das warst, ignoriere diese E-Mail: Den Link nur zu öffnen, ändert nichts.

mail-passkey-refused-heading = Ein Passkey wurde abgelehnt
mail-passkey-refused-text = Eine Anmeldung mit einem Passkey in deinem Konto bei { $service } wurde abgelehnt: Der Zähler des Passkeys ist zurückgegangen, als hätte ihn jemand kopiert. Niemand wurde angemeldet.
mail-passkey-refused-else = Wenn du das warst, entferne diesen Passkey aus deinem Konto und füge ihn neu hinzu. Wenn du das nicht warst, mach jetzt dasselbe: Danach gilt eine Kopie nicht mehr.

mail-recovery-codes-replaced-heading = Deine Wiederherstellungscodes wurden ersetzt
mail-recovery-codes-replaced-text = Für dein Konto bei { $service } wurden neue Wiederherstellungscodes erstellt. Die alten gelten nicht mehr.
mail-recovery-codes-replaced-action = Wenn du das nicht warst, setze dein Passwort jetzt zurück. Der Link führt zur Seite dafür. Erstelle danach neue Wiederherstellungscodes.
mail-recovery-codes-replaced-button = Passwort zurücksetzen
mail-recovery-codes-replaced-else = Wenn du das warst, ignoriere diese E-Mail: Den Link nur zu öffnen, ändert nichts.

mail-recovery-code-used-heading = Ein Wiederherstellungscode wurde benutzt
mail-recovery-code-used-text = Für dein Konto bei { $service } wurde ein Wiederherstellungscode benutzt. { $remaining ->
    [0] Es war der letzte: Erstelle jetzt neue in deinem Konto.
    [one] Ein Code ist noch übrig: Erstelle bald neue in deinem Konto.
   *[other] { $remaining } Codes sind noch übrig. Erstelle neue in deinem Konto, bevor sie ausgehen.
}
mail-recovery-code-used-action = Wenn du das nicht warst, setze dein Passwort jetzt zurück. Der Link führt zur Seite dafür. Erstelle danach neue Wiederherstellungscodes.
mail-recovery-code-used-button = Passwort zurücksetzen
mail-recovery-code-used-else = Wenn du das warst, kann dein Passwort bleiben, wie es ist: Den Link nur zu öffnen, ändert nichts.

mail-password-removed-heading = Dein Passwort wurde entfernt
mail-password-removed-text = Das Passwort deines Kontos bei { $service } wurde entfernt. Du meldest dich jetzt mit einem Passkey an.
mail-password-removed-action = Wenn du das nicht warst, wähle jetzt ein neues Passwort. Der Link führt zur Seite dafür. Entferne danach alle Passkeys aus deinem Konto, die dir nicht gehören.
mail-password-removed-button = Neues Passwort wählen
mail-password-removed-else = Wenn du das warst, ignoriere diese E-Mail: Den Link nur zu öffnen, ändert nichts.

mail-codes-refused-heading = Mehrere falsche Codes wurden eingegeben
mail-codes-refused-text = Für dein Konto bei { $service } wurden mehrere falsche Codes aus einer Authenticator-App eingegeben. Vielleicht kennt jemand dein Passwort oder ist auf einem deiner Geräte angemeldet.
mail-codes-refused-action = Wenn du das nicht warst, kennt vielleicht jemand anders dein Passwort: Setze es jetzt zurück. Der Link führt zur Seite dafür.
mail-codes-refused-button = Passwort zurücksetzen
mail-codes-refused-else = Wenn du das warst, ignoriere diese E-Mail: Den Link nur zu öffnen, ändert nichts. Falls deine Codes wieder abgelehnt werden, prüfe die Uhr des Geräts, auf dem die App ist.

mail-identity-linked-heading = Ein Konto wurde verbunden
mail-identity-linked-text = Du kannst dich jetzt mit { $provider } in deinem Konto bei { $service } anmelden.
mail-identity-linked-action = Wenn du das nicht warst, melde mit dem Link alle Geräte ab. Das trennt auch { $provider } und entfernt dein Passwort, falls du eines hast, denn jemand anders kennt es vielleicht. Danach bekommst du eine E-Mail, um ein neues zu wählen.
mail-identity-linked-button = Alle Geräte abmelden
mail-identity-linked-else = Wenn du das warst, ignoriere diese E-Mail: Ohne den Link ändert sich nichts.

mail-identity-unlinked-heading = Ein Konto wurde getrennt
mail-identity-unlinked-text = Du kannst dich mit { $provider } nicht mehr in deinem Konto bei { $service } anmelden.
mail-identity-unlinked-action = Wenn du das nicht warst, hat jemand anders Zugang zu deinem Konto: Wähle jetzt ein neues Passwort. Der Link führt zur Seite dafür.
mail-identity-unlinked-button = Passwort zurücksetzen
mail-identity-unlinked-else = Wenn du das warst, ignoriere diese E-Mail: Den Link nur zu öffnen, ändert nichts.

mail-factors-reset-heading = Deine zweiten Faktoren wurden entfernt
mail-factors-reset-text = Die Verwaltung von { $service } hat alle Passkeys und zweiten Faktoren, zum Beispiel eine Authenticator-App, aus deinem Konto entfernt. Alle Geräte sind abgemeldet.
mail-factors-reset-else = Wenn du davon weißt, melde dich an und richte sie neu ein. Wenn nicht, wende dich bitte an die Verwaltung von { $service }.

mail-session-ended-heading = Alle Geräte sind abgemeldet
mail-session-ended-text = Du hast eine Anmeldung in deinem Konto bei { $service } gemeldet. Wir haben alle Geräte abgemeldet und das Passwort entfernt, denn jemand anders kennt es vielleicht.
mail-session-ended-action = Mit dem Link kannst du ein neues Passwort wählen.
mail-session-ended-button = Neues Passwort wählen
mail-session-ended-else = Wenn du diese E-Mail ignorierst, hat dein Konto kein Passwort, bis du eines wählst. Wenn du die Anmeldung nicht selbst gemeldet hast, wähle trotzdem ein neues Passwort.

mail-account-disabled-heading = Dein Konto ist gesperrt
mail-account-disabled-text = Dein Konto bei { $service } wurde gesperrt. Niemand kann sich darin anmelden.
mail-account-disabled-else = Du musst nichts tun. Wenn du das für einen Fehler hältst, wende dich bitte an die Verwaltung von { $service }.

mail-account-deleted-heading = Dein Konto ist gelöscht
mail-account-deleted-text = Dein Konto bei { $service } wurde gelöscht, mit allem darin.
mail-account-deleted-else = Du musst nichts tun. Wenn du das nicht wolltest, wende dich bitte an die Verwaltung von { $service }.

mail-deletion-scheduled-heading = Dein Konto wird gelöscht
mail-deletion-scheduled-text = Dein Konto bei { $service } wird am { $date } gelöscht, mit allem darin. Alle Geräte sind abgemeldet.
mail-deletion-scheduled-action = Wenn du dein Konto behalten willst, melde dich vorher an und wähle „Konto behalten“. Der Link führt zur Anmeldung.
mail-deletion-scheduled-button = Anmelden
mail-deletion-scheduled-else = Wenn du dein Konto löschen willst, musst du nichts tun.

mail-deletion-cancelled-heading = Dein Konto bleibt
mail-deletion-cancelled-text = Dein Konto bei { $service } wird nicht gelöscht: Das Löschen wurde abgebrochen.
mail-deletion-cancelled-action = Wenn du das nicht warst, setze dein Passwort jetzt zurück. Der Link führt zur Seite dafür. Danach kannst du dein Konto wieder löschen.
mail-deletion-cancelled-button = Passwort zurücksetzen
mail-deletion-cancelled-else = Wenn du das warst, ignoriere diese E-Mail: Den Link nur zu öffnen, ändert nichts.

mail-test-heading = E-Mails kommen an
mail-test-text = Das ist ein Test. { $service } kann E-Mails an diese Adresse schicken.
mail-test-else = Du kannst diese E-Mail ignorieren.
