# All texts of the pages, in English. Errors without a text here are shown with the API's own English message.

sign-in = Sign in
sign-up = Sign up
sign-out = Sign out
your-account = Your account
welcome = Welcome, { $name }
back = Back

name = Name
email = Email
password = Password
show-password = Show
hide-password = Hide
required = Please fill in this field.

login-heading = Sign in
login-other = No account yet?
signup-heading = Create your account
signup-other = Already have an account?
password-hint = At least { $min } characters. A few words in a row make a good one.

# Mails, and the pages that their links lead to.

# The day of a time. $month is a number.
date = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }

back-to-sign-in = Back to sign-in
ask-for-link = Ask for another link
ask-for-code = Mail me another code
send-link-again = Send the link again
send-it-again = Send it again
set-password = Set password

sent-heading = Check your mail
forgot-heading = Forgot your password?
forgot-text = Enter the address of your account. We mail you a link to set a new password.
forgot-button = Mail me a link
forgot-sent-heading = Check your mail
forgot-sent-text = If this address has an account, a mail with a link is on its way. The link works for one hour.
resend-heading = Confirm your address
resend-text = Enter your address. If it has to be confirmed, we mail you another link.
resend-button = Mail me a link
resend-sent-heading = Check your mail
resend-sent-text = If this address has to be confirmed, a mail with a link is on its way. The link works for one hour.
signup-sent-text = We have mailed a link to { $email }. Open it in this browser to finish signing up. It works for one hour.

invitation-heading = Welcome
invitation-text = Choose a password for your account { $email }. Then you can sign in.
reset-heading = Choose a new password
reset-text = For the account { $email }. All devices will be signed out.

confirm-heading = Confirm your address
confirm-text = Is { $email } your address?
confirm-made-on = This account was made on { $date }.
confirm-password-text = To confirm the address, enter the password of this account.
confirm-address = Confirm address
confirm-set-text = This account has no password. Set one to confirm the address: everything of before ends, that is, all sessions.
confirm-renew = You do not know this password?
confirm-renew-text = Then somebody else may have made this account with your address. Set a password of your own: everything of before ends, that is, all sessions and the old password.

finish-heading = Finish signing up
finish-text = This confirms the address { $email }, and creates the account.
finish-sign-up = Create account
finish-password-text = You have opened this link in another browser than the one in which you signed up. Please enter the password that you chose there.
finish-renew = You do not know this password?
finish-renew-text = Then somebody else may have signed up with your address. Set a password of your own: the other one will never work.

change-email-heading = Confirm your new address
change-email-password-text = You are not signed in to the account that wants this address. To confirm it, enter the password of that account.
present-email = Present address
former-email = Former address
pending-email = This address waits until you confirm it with the link that we mailed to it:

undo-heading = Take your address back
undo-text = Your account gets its former address back, all devices are signed out, and the password is removed. Then we mail a link to set a new one to the former address.
undo-factor-text = Your account has a second factor that is older than the change, so a code of it is needed, too.
factor-code = Code
factor-code-hint = Six digits from your authenticator app, or a recovery code.
undo-change = Undo the change
undone-heading = Your address is back
undone-text = All devices are signed out. A mail with a link to set a new password is on its way.

report-heading = Was this you?
report-text = Somebody signed in to your account, connected an account of another provider, or added a second factor to it. If it was you, you need not do anything. If it was not, sign out all devices here. This also disconnects the accounts and removes the second factors that were added since, and your password, because somebody else may know it. Then we mail you a link to set a new one.
report-end = Sign out all devices
reported-heading = All devices are signed out
reported-text = Your account has no password now. A mail with a link to set a new one is on its way.
device = Device
network = Network

by-mail-heading = Sign in by mail
by-mail-text = Enter the address of your account. We mail you a code to sign in with.
by-mail-button = Mail me a code
by-mail-here-text = You started to sign in with this browser, and you have opened the link from the mail.
code-heading = Enter the code
code-text = If this address has an account, a mail with a code is on its way. The code works for 10 minutes.
code = Code
code-other = No mail yet?
code-shown-heading = Your code
code-shown-text = You have opened this link in another browser than the one in which you started to sign in. Type this code there:
code-shown-warning = Nobody else needs this code. Never give it to anybody who asks.
challenge-expired-heading = This sign-in has expired
challenge-expired-text = Codes work for 10 minutes, once, and in the browser that asked for them. Please ask for another one.

no-link-heading = Please open the link again
no-link-text = Open the link from the mail in this browser. It must be complete, and your browser must accept cookies. A link works only once.
link-invalid-heading = This link does not work
link-invalid-text = It was used already, or it is incomplete, or another link was used since.
link-expired-heading = This link has expired
link-expired-text = Links in mails work for a limited time.
address-taken-heading = This address is taken
address-taken-text = Another account has this address by now. Please sign in to it.
signup-closed-heading = Sign-up is closed
signup-closed-text = Please ask the administrator for an account.

verified = confirmed
not-verified = not confirmed yet

profile = Profile
save = Save
language = Language of pages and emails
# A language calls itself by this name: `language-fr` belongs into fr.ftl.
language-en = English
language-de = Deutsch
sign-in-notices = Email me when somebody signs in to my account from a new device or network
change-password = Change password
current-password = Current password
new-password = New password
no-password-text = Your account has no password.
keep-other-sessions = Stay signed in on my other devices

change-email = Change address
new-email = New address
new-email-hint = We mail a link to it. Your address changes when you confirm it with that link.
not-verified-text = Your address is not confirmed yet. To confirm it, open the link that we mail to it.
cancel-change = Cancel the change

sessions = Where you are signed in
this-device = This device
last-used = Last used
signed-in-at = Signed in
end-session = Sign out
end-session-on = Sign out of { $device }
end-other-sessions = Sign out everywhere else
more-sessions = And { $count } more.

activity = Activity
activity-text = What happened to your account, newest first. If there is something that you did not do, change your password.
activity-button = Show activity
activity-events = Events
activity-none = Nothing has happened yet.
activity-of-another = Another account
activity-pages = Pages
activity-newer = Newer
activity-older = Older
event-signup = The account was created.
event-login-succeeded = Somebody signed in.
event-login-failed = { $count ->
    [one] A sign-in was refused.
   *[other] { $count } sign-ins were refused.
}
event-logout = Somebody signed out.
event-token-reuse-detected = A device was signed out, because an old key of it was used again.
event-password-changed = The password was changed.
event-password-reset-requested = A link to reset the password was requested.
event-password-reset = The password was reset by a mailed link.
event-password-removed = The password was removed.
event-email-verified = The email address was confirmed.
event-email-change-requested = A change of the email address was requested.
event-email-changed = The email address was changed.
event-email-change-undone = A change of the email address was undone.
event-profile-updated = The profile was changed.
event-session-revoked = Devices were signed out.
event-session-reported = A sign-in was reported, and all devices were signed out.
event-totp-enabled = An authenticator app was set up.
event-totp-disabled = The authenticator app was turned off.
event-recovery-codes-regenerated = New recovery codes were made.
event-recovery-code-used = A recovery code was used.
event-passkey-added = A passkey was added.
event-passkey-removed = A passkey was removed.
event-mfa-reset = An administrator removed the second factors.
event-mfa-failed = A wrong second factor was given.
event-reauthenticated = Somebody confirmed that it is them.
event-identity-linked = An account of another provider was connected.
event-identity-unlinked = An account of another provider was disconnected.
event-user-created = An administrator created the account.
event-user-updated = An administrator changed the account.
event-user-viewed = An administrator looked at the account.
event-user-viewed-list = An administrator looked at a list of accounts.
event-roles-changed = An administrator changed the roles.
event-user-disabled = An administrator disabled the account.
event-user-enabled = An administrator enabled the account again.
event-user-deleted = The account was deleted.
event-deletion-scheduled = The deletion of the account was scheduled.
event-deletion-cancelled = The deletion of the account was cancelled.
event-invitation-sent = An invitation was sent.
event-invitation-accepted = An invitation was accepted.
event-users-imported = Accounts were taken over from another system.
event-data-exported = The data of the account was exported.
event-audit-read = The activity was read by an administrator.
event-key-rotated = A key of the server was replaced.

delete-account = Delete account
data = Your data
data-text = Everything that this service holds on you, as one file.
data-button = Show
data-what = The file is JSON. It has your profile, addresses, devices, ways to sign in, waiting emails and what happened to your account. It has no passwords and no secrets.
data-careful = Keep the file to yourself: it shows where and when you signed in.
data-download = Download
data-busy-heading = Please wait a moment
data-busy-text = Your data is being downloaded already. Try again when that has ended.

deletion-heading = Your account will be deleted on { $date }
deletion-text = You asked for this. If you have changed your mind, you can keep your account with everything in it.
deletion-keep = Keep my account

delete-warning-grace = Your account and everything in it will be gone for good. { $days ->
    [one] For one day
   *[other] For { $days } days
} you can still sign in and keep it.
delete-warning = Your account and everything in it will be gone for good.
delete-confirm = Delete my account

notice-profile-saved = Your profile is saved.
notice-password-changed = Your password is changed.
notice-session-ended = The device is signed out.
notice-other-sessions-ended = You are signed out everywhere else.
notice-sign-in-first = Please sign in to go on.
notice-signed-out = You are signed out.
notice-deletion-scheduled = Your account will be deleted. If you change your mind before then, sign in and keep it.
notice-account-kept = Your account stays.
notice-account-deleted = Your account is deleted.
notice-ended = Your session has ended. Please sign in again.
notice-link-sent = A mail with a link is on its way.
notice-password-set = The password is set.
notice-password-set-sign-in = Your password is set. Please sign in.
notice-email-confirmed = The address is confirmed.
notice-email-confirmed-sign-in = Your address is confirmed. Please sign in.
notice-email-changed = The address is changed, and your other devices are signed out.
notice-email-changed-sign-in = Your address is changed. Please sign in.
notice-email-change-requested = A mail with a link is on its way to the new address.
notice-email-change-cancelled = The change of your address is cancelled.
notice-already-signed-in = You are signed in already.
notice-form-out-of-date = This form is out of date, most likely because you have signed in or out since it was opened. Nothing was changed. Please try again.
notice-form-without-cookie = Your browser did not send the cookie that belongs to this form. Please allow cookies for this site, and try again.

# Passkeys, second factors, and confirming who somebody is.

confirm = Confirm
cancel = Cancel
remove = Remove
rename = Rename
added = Added
copy = Copy
copied = Copied
print = Print
is-on = on
is-off = off

passkey-button = Continue with a passkey
passkey-not-used = No passkey was used. Please try again, or use another way.
passkey-not-added = No passkey was added. Please try again.
passkey-present = This device already has a passkey for your account.
passkey-needs-script = Passkeys need JavaScript and a browser that supports them.
passkey-rejected = The passkey was not accepted. Please try again, or use another way.

mfa-heading = Confirm that it is you
mfa-passkey-text = Use your passkey to finish signing in.
mfa-remember = Do not ask again in this browser for 30 days
mfa-expired-heading = This sign-in has expired
mfa-expired-text = You have five minutes to confirm a sign-in, in the browser in which you began it. Please sign in again.
account-disabled-heading = This account is disabled
account-disabled-text = Please ask the administrator to enable it.
code-hint-both = From your authenticator app, or one of your recovery codes.
code-hint-app = From your authenticator app.
code-hint-recovery = One of your recovery codes.
recovery-code = Recovery code
app-code-wrong = This code is wrong, or was used already. A code of the app works once: wait for the next one.
recovery-code-wrong = This recovery code is wrong, or was used already. Each of them works once.
reset-first = Too many codes were wrong. Use a recovery code or a passkey, or reset your password first.
too-many-codes = A recovery code or a passkey may work now.

confirm-it-is-you = Confirm that it is you
confirm-first = Please confirm that it is you first. Nothing was changed.
proof-passkey-text = Your browser asks for your passkey now.
proof-mail-text = We mail you a code to confirm that it is you.
proof-mailed-text = A mail with a code is on its way. The code works for 10 minutes.
proof-not-enough = That is not enough for your account. Please use one of the ways that this page shows.
proof-none = There is no way in which you could confirm that it is you. Please ask the administrator.

security = Sign-in and security
security-text = Passkeys, an authenticator app, recovery codes, and connected accounts.
security-button = Passkeys and second factors
must-confirm = You have a second factor, but you have not given it in this session.
confirm-address-first = Please confirm your address first: notices about passkeys and second factors are mailed there. Open the link that we mail to it.

passkeys = Passkeys
passkeys-text = Sign in with your face, your fingerprint or the lock of your device, without a password.
synced = synced
add-passkey = Add a passkey
add-passkey-text = Your browser asks where to keep the passkey, and to unlock your device.
passkey-name = Name (optional)
passkey-name-hint = Such as “My phone”. You can change it later.
rename-passkey = Rename { $name }
remove-passkey = Remove { $name }

app = Authenticator app
app-text = When you sign in with your password or a connected account, you also enter a code from an app on your phone.
app-set-up = Set up an authenticator app
app-turn-off = Turn off
app-off-text = When you turn it off, your other devices are signed out.
app-off-last-text = When you turn it off, your recovery codes end, and your other devices are signed out.
app-scan = Scan this picture with an authenticator app, such as the one of your phone or of your password manager.
app-type = Enter the code that the app shows.
app-open = Open the app on this device
app-by-hand = Type the key instead
app-code = Code from the app
app-confirm = Turn on
qr-name = QR code for your authenticator app

codes = Recovery codes
codes-text = They sign you in when you have lost your app or passkey. Each code works once.
codes-left = { $count ->
    [0] You have none left. Please make new ones.
    [one] You have one left. Please make new ones.
   *[other] You have { $count } left.
}
codes-renew = Make new codes
codes-renew-text = New codes replace all earlier ones, and sign out your other devices.
codes-shown-text = Keep these codes in a safe place. If you lose your app or your passkey, each of them signs you in once.
codes-shown-warning = You see these codes only now.
codes-save = Save as a file
codes-saved = I have saved them
codes-file = Recovery codes of { $email } at { $service }. Each works once.

password-off = Remove the password
password-off-text = You then sign in with a passkey. To remove the password, you need unused recovery codes, and you confirm with a passkey. Your other devices are signed out.

notice-confirm-first = Please confirm that it is you. Then try again.
notice-confirm-by-passkey = Please confirm with a passkey that it is you. Then try again.
notice-confirmed = Thank you. You can now go on.
notice-mfa-required = Your account needs a second factor. Please set up an authenticator app or a passkey to go on.
notice-app-on = The authenticator app is set up. Your other devices are signed out.
notice-app-off = The authenticator app is turned off. Your other devices are signed out.
notice-app-expired = This set-up has expired. Please start again.
notice-passkey-added = The passkey is added. Your other devices are signed out.
notice-passkey-renamed = The passkey is renamed.
notice-passkey-removed = The passkey is removed. Your other devices are signed out. Delete it on your device, too.
notice-passkey-expired = This registration has expired. Please start again.
notice-password-removed = The password is removed. Your other devices are signed out.
notice-codes-shown-once = It was done already. Recovery codes are shown once: if you have not saved new ones, make others.
notice-codes-renewed = These are your new codes. All earlier ones have ended, and your other devices are signed out.

continue = Continue
continue-with = Continue with { $provider }
leave-heading = Taking you back to the app
leave-text = If nothing happens, choose "Continue".
an-app-on-this-device = an app on this device
back-to = Back to { $application }
back-to-app = Back to the app
cancelled-here = The person went back.
social-code-dead-heading = This code no longer works
social-code-dead-text = Codes work for 10 minutes, for five tries, and once. Please ask for another one.
disconnect-text = When you disconnect an account, your other devices are signed out.
social-for = This signs you in to { $application }.
social-link-for = This connects the account that you choose there to your account here. The request comes from { $application }.
social-start-text = If you did not ask for this, close this page.
social-posted-heading = Continue to sign in
social-address-heading = Confirm your email address
social-address-text = { $provider } did not confirm your address to us, so we mail a code to it.
social-code-text = We have sent an email to { $email }. If it has a code, type it here.
code-wrong = This is not the code from the mail. Please check it.
social-unreachable-heading = { $provider } cannot be reached
social-unreachable-text = Please try again later, or use another way to sign in.
social-rejected-heading = That sign-in did not work
social-rejected-text = { $provider } refused, or its response could not be verified. Please try again.
social-declined-heading = You were not signed in
social-declined-text = You cancelled at { $provider }.
social-link-unreachable-heading = { $provider } cannot be reached
social-link-unreachable-text = Please try again later.
social-link-rejected-heading = No account was connected
social-link-rejected-text = { $provider } refused, or its response could not be verified. Please try again.
social-link-declined-heading = No account was connected
social-link-declined-text = You cancelled at { $provider }.
social-expired-heading = This sign-in has expired
social-expired-text = It works for 10 minutes, once, and in the browser in which you started. Or you began again in another tab. Please start again.
social-no-address-heading = Your address is not confirmed
social-no-address-text = We cannot confirm your email address, because this server cannot mail a code to it. Please use another way to sign in.
social-not-verified-heading = Please confirm your address first
social-not-verified-text = We have mailed a link to it. Open the link, then sign in again.
social-account-exists-heading = You already have an account
social-account-exists-text = There is already an account with this email address. Please sign in to it as usual, then connect { $provider } on the page for sign-in and security.
social-signup-closed-heading = There is no account for this sign-in
social-signup-closed-text = Nobody can sign up here at the moment. Please ask the administrator for an account.

identities = Connected accounts
identities-text = A connected account signs you in here without a separate password.
connect = Connect { $provider }
disconnect = Disconnect
disconnect-provider = Disconnect { $provider }
notice-identity-linked = The account is connected. You can now sign in with it.
notice-identity-unlinked = The account is disconnected. You can no longer sign in with it, and your other devices are signed out.

# Administration.

administration = Administration
administration-text = The accounts of other people that your roles give you access to.
administration-button = Open administration
administration-proof = Changes need a fresh proof of your identity. Confirm first, so that you need not type anything twice.

people = People
people-find = Find
people-search = Name or address
people-search-hint = The beginning is enough. With an @, only addresses are searched.
people-show = Show
people-show-button = Show
people-all = Everybody
people-active = Active accounts
people-disabled = Disabled accounts
people-with-role = Role { $role }
people-by-name = Found by name
people-by-email = Found by address
people-count = { $count ->
    [one] { $count } person
   *[other] { $count } people
}
people-more-than = More than { $count } people
people-none = Nobody was found.
people-back = Back
people-on = More
disabled = disabled
active = active
last-login = Last sign-in
never-signed-in = Never signed in

person-self = your own account
person-id = Id
status = Status
roles = Roles
roles-none = none
none = none
is-set = set
is-not-set = not set
invited-until = Invited until
deletes-at = Will be deleted
created-at = Created
person-email-hint = A new address counts once it is confirmed. We mail a link to it, and tell the old one.
person-above = This account, or a role that you chose, permits more than you may do yourself. You cannot change that.
roles-above = One of these roles permits more than you may do yourself.
roles-save = Save roles
roles-invited-text = These roles count once the invitation is accepted. Saving them sends the invitation again.
person-reset = Mail a link
person-reset-text = We mail a link to set a new password. You never see a password.
invite-again = Invite again
person-invite-text = The invitation was not accepted yet. Sending it again ends the one before.
person-factors = Remove the factors
person-factors-text = For somebody who lost their app, passkeys and codes. Check first that it is really them. All their devices are signed out.
person-sessions = Signed in on
person-sessions-none = No device is signed in.
person-sign-out = Sign out everywhere
person-events = All events of this person
disable-person = Disable the account
disable-person-text = All devices are signed out, and nobody can sign in to the account until it is enabled again. The owner gets an email.
reason = Reason (optional)
reason-hint = It stands in the audit log only.
enable-person = Enable the account
enable-person-text = The owner can sign in again.
delete-person-text = The account and everything in it will be gone for good. The owner gets an email.
delete-person-email = To confirm, type the address of the account
delete-person-wrong = This is not the address of the account.

notice-person-saved = The change is saved.
notice-roles-saved = The roles are saved.
notice-person-disabled = The account is disabled.
notice-person-enabled = The account is enabled again.
notice-person-signed-out = All devices of this person are signed out.
notice-person-mailed = The mail is on its way.
notice-person-invited = The invitation is on its way.
notice-factors-reset = The second factors are removed.
notice-person-deleted = The account is deleted, or will be once no former address can take it back.

audit-log = Audit log
audit-text = Everything that happened to the accounts of this server, newest first. The log also records who reads it.
audit-filter = Filter
audit-type = Event
audit-type-all = All events
audit-person = Person (id or address)
audit-since = Since (day, in UTC)
audit-none = There is no such event.
audit-cut = The search stopped after many events. “Older” continues it.
event-account = Account:
event-actor = By:
actor-owner = owner
actor-administrator = administrator
actor-anonymous = somebody unknown
actor-command-line = command line
actor-system = this server

invite = Invite
invite-text = We mail a link that works for three days. With it, the person chooses a password.
invite-whom = Whom do you invite?
invite-button = Send invitation
invite-no-mail = This server sends no mail, so nobody can be invited.
invite-waiting = Not accepted yet
invite-waiting-none = Nobody has an open invitation.
invite-waiting-cut = There may be more. You find everybody in the list of people.
invite-expires = Works until
invite-expired = Has expired:
invite-again-to = Send it again: the invitation to { $name }

import = Import
import-text = People of another system, at most { $most } at a time, with the password hashes of that system. Larger files: “portcullis user import”.
import-people = People
import-field = JSON Lines, or CSV with a header
import-hint = Columns: email, name, password_hash, email_verified, roles, created_at. Only email is needed.
import-check = Check only
import-run = Import now
import-checked = Result of the check
import-done = Result of the import
import-nothing-yet = Nothing was written yet.
import-summary = New: { $created }. Skipped: { $skipped }. Refused: { $refused }.
import-without-password = Without a password: { $count }.
import-not-read = Not read: { $names }.
import-line = Line
import-would-create = Will be created.
import-created = Was created.
import-skipped = Skipped.
import-refused = Refused.
import-too-many = Please import at most { $most } people at a time.
import-no-header = The first line must be a header with a column “email”.
import-above = Roles and confirmed addresses need the permission to manage roles, and a role must not permit more than you may do yourself. Nothing was imported.
notice-import-done-before = This form was sent before and has taken effect. The list of people shows the new accounts.

busy-heading = We are busy
busy-text = Please try again in a moment.
unknown-outcome-heading = We do not know whether that worked
unknown-outcome-text = We got no confirmation. Please check whether your change was saved, or try again in a moment.
too-many-heading = Too many attempts
too-many-text = { $minutes ->
    [one] Too many attempts. Please try again in one minute.
   *[other] Too many attempts. Please try again in { $minutes } minutes.
}
fault-heading = Something went wrong
fault-text = It is our fault, not yours. If you ask for help, quote this number: { $id }
foreign-heading = That did not come from here
foreign-text = For your safety, forms are taken from our own pages only. Please go back and try again.
missing-heading = There is nothing here
missing-text = The address may be mistyped, or the page is gone.

# Error codes of the API, as sentences for people.
error-NOT_FOUND = This device is signed out already.
error-NOT_FOUND-passkeys = This passkey is removed already.
error-NOT_FOUND-identities = This account is already disconnected.
error-NOT_FOUND-admin = This is not possible for this account: it is gone, disabled, or was changed meanwhile.
error-EMAIL_TAKEN-import = Another account has this address.
