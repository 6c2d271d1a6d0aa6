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

verified = confirmed
not-verified = not confirmed yet

profile = Profile
save = Save
change-password = Change password
current-password = Current password
new-password = New password
keep-other-sessions = Stay signed in on my other devices

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
