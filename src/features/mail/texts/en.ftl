# All texts of the emails, in English. { $service } is the name of the service.

mail-subject = { $heading } · { $service }
mail-greeting = Hello { $name },

mail-device = Device
mail-network = Network
mail-time = Time

mail-bare-link = If the button does not work, copy this address into your browser:
mail-lifetime-link = The link works for { $minutes } minutes and only once.
mail-lifetime-notice = The link works for { $days } days and only once.
mail-lifetime-code = The code and the link work for { $minutes } minutes and only once.
mail-lifetime-code-alone = The code works for { $minutes } minutes and only once.

mail-reason-account = You get this email because you have an account at { $service } with this address.
mail-reason-former-account = You get this email because you had an account at { $service } with this address.
mail-reason-entered = You get this email because somebody entered this address at { $service }.
mail-reason-test = You get this email because somebody who runs { $service } is testing its emails.

mail-confirm-address-heading = Confirm your email address
mail-confirm-address-text = Somebody, hopefully you, gave this address for an account at { $service }.
mail-confirm-address-action = The link confirms that the address is yours.
mail-confirm-address-button = Confirm address
mail-confirm-address-else = If it was not you, ignore this email: without the link, nothing is confirmed.

mail-confirm-registration-heading = Finish signing up
mail-confirm-registration-text = Somebody, hopefully you, signed up at { $service } with this address.
mail-confirm-registration-action = The link confirms the address and creates your account.
mail-confirm-registration-button = Finish signing up
mail-confirm-registration-else = If it was not you, ignore this email: without the link, no account is created.

mail-already-registered-heading = You already have an account
mail-already-registered-text = Somebody, hopefully you, tried to sign up at { $service } with this address. You already have an account with it, so nothing was changed. You can sign in as usual.
mail-already-registered-action = If you have forgotten your password, the link lets you choose a new one.
mail-already-registered-button = Choose a new password
mail-already-registered-else = If it was not you, ignore this email: without the link, your password stays as it is.

mail-reset-password-heading = Choose a new password
mail-reset-password-text = Somebody, hopefully you, asked for a new password for your account at { $service }.
mail-reset-password-action = The link lets you choose a new password.
mail-reset-password-button = Choose a new password
mail-reset-password-else = If it was not you, ignore this email: without the link, your password stays as it is.

mail-invitation-heading = You are invited
mail-invitation-text = You are invited to an account at { $service } for this address.
mail-invitation-action = The link lets you choose its password. Then you can sign in; a password from before stops working.
mail-invitation-button = Accept invitation
mail-invitation-else = If you do not expect it, ignore this email: then nothing changes.

mail-confirm-new-address-heading = Confirm your new email address
mail-confirm-new-address-text = Somebody, hopefully you, wants to use this address for an account at { $service }.
mail-confirm-new-address-action = The link lets you confirm the change. For that you must be signed in to that account, or enter its password.
mail-confirm-new-address-button = Confirm address
mail-confirm-new-address-else = If it was not you, ignore this email: without the link, nothing is changed.

mail-address-requested-heading = Somebody entered your email address
mail-address-requested-text = Somebody tried to use your address for another account at { $service }. It belongs to your account, so nothing was changed.
mail-address-requested-else = If it was not you, ignore this email. If it was you: an address can belong to only one account, so change it there first.

mail-address-changed-heading = Your email address was changed
mail-address-changed-text = Your account at { $service } now has the address { $address } instead of this one.
mail-address-changed-action = If it was not you, undo the change. The link gives your account this address back and signs out all devices. After that, we send you an email to choose a new password.
mail-address-changed-button = Undo the change
mail-address-changed-else = If it was you, ignore this email: without the link, the new address stays.

mail-address-changed-for-good-heading = Your email address was changed
mail-address-changed-for-good-text = Your account at { $service } now has another address instead of this one.
mail-address-changed-for-good-else = If you know about this, ignore this email. If not, please contact the administrators of { $service }.

mail-address-restored-heading = Your email address is back
mail-address-restored-text = The change of your address was undone. Your account at { $service } has this address again, and all devices are signed out.
mail-address-restored-action = The link lets you choose a new password.
mail-address-restored-button = Choose a new password
mail-address-restored-else = If you ignore this email, nothing more is changed. If it was not you who undid the change, choose a new password all the same.

mail-sign-in-code-heading = Your sign-in code
mail-sign-in-code-text = Type this code where you started to sign in. That must be { $host }: never type it anywhere else, and never tell it to anybody.
mail-sign-in-code-action = You can also open the link in the browser where you started. It signs you in there and nowhere else.
mail-sign-in-code-button = Sign in
mail-sign-in-code-else = If it was not you, ignore this email: without the code or the link, nobody is signed in.

mail-identity-code-heading = Your confirmation code
mail-identity-code-text = Type this code where you asked for it, to prove that it is you. That must be { $host }: never type it anywhere else, and never tell it to anybody.
mail-identity-code-else = If it was not you, somebody else is signed in to your account: sign out all other devices there now, and change your password, if you have one.

mail-address-code-heading = Your confirmation code
mail-address-code-text = Type this code where you started to sign in with { $provider }, to confirm that this address is yours. That must be { $host }: never type it anywhere else, and never tell it to anybody.
mail-address-code-else = If it was not you, ignore this email: without the code, nothing happens.

mail-account-exists-heading = You already have an account
mail-account-exists-text = Somebody, hopefully you, tried to sign in at { $service } with { $provider }, and gave this address. You already have an account with it, so nothing was changed.
mail-account-exists-action = If it was you, sign in as usual, and connect { $provider } on the page for sign-in and security.
mail-account-exists-button = Sign in
mail-account-exists-else = If it was not you, ignore this email: nobody was signed in.

mail-password-changed-heading = Your password was changed
mail-password-changed-text = The password of your account at { $service } was changed.
mail-password-changed-action = If it was not you, reset your password now. The link leads to the page for that.
mail-password-changed-button = Reset password
mail-password-changed-else = If it was you, ignore this email: opening the link alone changes nothing.

mail-new-sign-in-heading = New sign-in to your account
mail-new-sign-in-text = Somebody signed in to your account at { $service } from a device or network that you have not used before.
mail-new-sign-in-action = If it was not you, sign out all devices with the link. That also removes your password, because somebody else may know it. After that, we send you an email to choose a new one.
mail-new-sign-in-button = Sign out all devices
mail-new-sign-in-else = If it was you, ignore this email: without the link, nothing is changed. You can switch these notices off in your account.

mail-token-reused-heading = A device was signed out
mail-token-reused-text = A sign-in to your account at { $service } was used a second time, as if somebody had copied it. To protect your account, we signed that device out.
mail-token-reused-action = If you do not recognise this, reset your password now. The link leads to the page for that.
mail-token-reused-button = Reset password
mail-token-reused-else = If it was you, ignore this email and sign in again: opening the link alone changes nothing.

mail-totp-enabled-heading = An authenticator app was added
mail-totp-enabled-text = An authenticator app was added to your account at { $service }.
mail-totp-enabled-action = If it was not you, sign out all devices with the link. That also removes the app and your password, because somebody else may know it. After that, we send you an email to choose a new one.
mail-totp-enabled-button = Sign out all devices
mail-totp-enabled-else = If it was you, ignore this email: without the link, nothing is changed.

mail-totp-disabled-heading = Your authenticator app was removed
mail-totp-disabled-text = The authenticator app was removed from your account at { $service }.
mail-totp-disabled-action = If it was not you, reset your password now. The link leads to the page for that. After that, add the app again.
mail-totp-disabled-button = Reset password
mail-totp-disabled-else = If it was you, ignore this email: opening the link alone changes nothing.

mail-passkey-added-heading = A passkey was added
mail-passkey-added-text = A passkey was added to your account at { $service }. It can be used to sign in.
mail-passkey-added-action = If it was not you, sign out all devices with the link. That also removes the passkey and your password, because somebody else may know it. After that, we send you an email to choose a new one.
mail-passkey-added-button = Sign out all devices
mail-passkey-added-else = If it was you, ignore this email: without the link, nothing is changed.

mail-passkey-removed-heading = A passkey was removed
mail-passkey-removed-text = A passkey was removed from your account at { $service }. Nobody can sign in with it any more.
mail-passkey-removed-action = If it was not you, reset your password now. The link leads to the page for that. After that, add your passkey again.
mail-passkey-removed-button = Reset password
mail-passkey-removed-else = If it was you, ignore this email: opening the link alone changes nothing.

mail-passkey-refused-heading = A passkey was refused
mail-passkey-refused-text = A sign-in to your account at { $service } with a passkey was refused: the passkey's counter decreased, as if somebody had copied it. Nobody was signed in.
mail-passkey-refused-else = If it was you, remove that passkey in your account and add it again. If it was not you, do the same now: after that, a copy no longer works.

mail-recovery-codes-replaced-heading = Your recovery codes were replaced
mail-recovery-codes-replaced-text = New recovery codes were made for your account at { $service }. The old ones no longer work.
mail-recovery-codes-replaced-action = If it was not you, reset your password now. The link leads to the page for that. After that, make new recovery codes.
mail-recovery-codes-replaced-button = Reset password
mail-recovery-codes-replaced-else = If it was you, ignore this email: opening the link alone changes nothing.

mail-recovery-code-used-heading = A recovery code was used
mail-recovery-code-used-text = A recovery code was used for your account at { $service }. { $remaining ->
    [0] It was the last one: make new ones in your account now.
    [one] One code is left: make new ones in your account soon.
   *[other] { $remaining } codes are left. Make new ones in your account before they run out.
}
mail-recovery-code-used-action = If it was not you, reset your password now. The link leads to the page for that. After that, make new recovery codes.
mail-recovery-code-used-button = Reset password
mail-recovery-code-used-else = If it was you, your password can stay as it is: opening the link alone changes nothing.

mail-password-removed-heading = Your password was removed
mail-password-removed-text = The password of your account at { $service } was removed. You now sign in with a passkey.
mail-password-removed-action = If it was not you, choose a new password now. The link leads to the page for that. After that, remove every passkey in your account that is not yours.
mail-password-removed-button = Choose a new password
mail-password-removed-else = If it was you, ignore this email: opening the link alone changes nothing.

mail-codes-refused-heading = Several wrong codes were entered
mail-codes-refused-text = Several wrong codes from an authenticator app were entered for your account at { $service }. Somebody may know your password, or be signed in on one of your devices.
mail-codes-refused-action = If it was not you, somebody may know your password: reset it now. The link leads to the page for that.
mail-codes-refused-button = Reset password
mail-codes-refused-else = If it was you, ignore this email: opening the link alone changes nothing. If your codes are refused again, check the clock of the device that has the app.

mail-identity-linked-heading = An account was connected
mail-identity-linked-text = You can now sign in to your account at { $service } with { $provider }.
mail-identity-linked-action = If it was not you, sign out all devices with the link. That also disconnects { $provider } and removes your password, if you have one, because somebody else may know it. After that, we send you an email to choose a new one.
mail-identity-linked-button = Sign out all devices
mail-identity-linked-else = If it was you, ignore this email: without the link, nothing is changed.

mail-identity-unlinked-heading = An account was disconnected
mail-identity-unlinked-text = You can no longer sign in to your account at { $service } with { $provider }.
mail-identity-unlinked-action = If it was not you, somebody else has access to your account: choose a new password now. The link leads to the page for that.
mail-identity-unlinked-button = Reset password
mail-identity-unlinked-else = If it was you, ignore this email: opening the link alone changes nothing.

mail-factors-reset-heading = Your second factors were removed
mail-factors-reset-text = An administrator of { $service } removed all passkeys and second factors, such as an authenticator app, from your account. All devices are signed out.
mail-factors-reset-else = If you know about this, sign in and set them up again. If not, please contact the administrators of { $service }.

mail-session-ended-heading = All devices are signed out
mail-session-ended-text = You reported a sign-in to your account at { $service }. We signed out all devices, and removed the password, because somebody else may know it.
mail-session-ended-action = The link lets you choose a new password.
mail-session-ended-button = Choose a new password
mail-session-ended-else = If you ignore this email, your account has no password until you choose one. If it was not you who reported the sign-in, choose a new password all the same.

mail-account-disabled-heading = Your account is disabled
mail-account-disabled-text = Your account at { $service } was disabled. Nobody can sign in to it.
mail-account-disabled-else = You need not do anything. If you think that this is a mistake, please contact the administrators of { $service }.

mail-account-deleted-heading = Your account is deleted
mail-account-deleted-text = Your account at { $service } was deleted, with everything in it.
mail-account-deleted-else = You need not do anything. If you did not want this, please contact the administrators of { $service }.

mail-deletion-scheduled-heading = Your account will be deleted
mail-deletion-scheduled-text = Your account at { $service } will be deleted on { $date }, with everything in it. All devices are signed out.
mail-deletion-scheduled-action = To keep your account, sign in before then and choose “Keep my account”. The link leads to the sign-in page.
mail-deletion-scheduled-button = Sign in
mail-deletion-scheduled-else = If you want to delete your account, you need not do anything.

mail-deletion-cancelled-heading = Your account stays
mail-deletion-cancelled-text = Your account at { $service } will not be deleted: the deletion was cancelled.
mail-deletion-cancelled-action = If it was not you, reset your password now. The link leads to the page for that. After that, you can delete your account again.
mail-deletion-cancelled-button = Reset password
mail-deletion-cancelled-else = If it was you, ignore this email: opening the link alone changes nothing.

mail-test-heading = Emails arrive
mail-test-text = This is a test. { $service } can send emails to this address.
mail-test-else = You can ignore this email.
