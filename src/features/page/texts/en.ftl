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
undo-change = Undo the change
undone-heading = Your address is back
undone-text = All devices are signed out. A mail with a link to set a new password is on its way.

report-heading = Was this you?
report-text = Somebody signed in to your account. If it was you, you need not do anything. If it was not, sign out all devices here. This also removes your password, because somebody else may know it. Then we mail you a link to set a new one.
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

delete-account = Delete account
delete-warning = Your account and everything in it will be gone for good.
delete-confirm = Delete my account

notice-profile-saved = Your profile is saved.
notice-password-changed = Your password is changed.
notice-session-ended = The device is signed out.
notice-other-sessions-ended = You are signed out everywhere else.
notice-sign-in-first = Please sign in to go on.
notice-signed-out = You are signed out.
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
