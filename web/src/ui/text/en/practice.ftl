# The practice's page.
practice-no-store-title = This browser keeps nothing here.
practice-no-store-text = The practice needs a browser that keeps its keys. Please open this page in an ordinary window, not in a private one.
practice-stranger-title = For your practice
practice-stranger-lead = This browser is not connected to a practice yet.
practice-stranger-how = How to connect it
practice-stranger-ask = Ask for an enrolment link: from the person who looks after Visite, or from a device of your practice that is connected already (Settings, Devices).
practice-stranger-open = Open it in this browser, on the device you consult from.
practice-stranger-done = Give the device a name. You need no password.
practice-stranger-operator = Whoever looks after Visite gets an enrolment link by the command “visite practice add” and the name of the practice.
practice-stranger-patient = Are you a patient? Then please open the link that your practice has sent you.
practice-revoked-title = This device is signed out.
practice-revoked-text = The device “{ $device }” may not act for { $practice } any more. Somebody has blocked it, or the practice no longer exists.
practice-revoked-what = If that should not be so, please open a new enrolment link of the same practice in this browser. Your appointments can then still be read.
practice-unreachable-title = The server cannot be reached right now.
practice-again = Please try again in a moment.
practice-slow-down = Too many wrong links came from your network. Please wait a minute.

enrol-title = Connect this browser
enrol-lead-first = With one click this browser belongs to your practice. From then on you open this page at any time, without a password.
enrol-lead-again = This device was signed out. With the new link it belongs to your practice again.
enrol-lead-added = Another device of your practice would like to add this browser.
enrol-recovery = I bring the practice’s recovery file
enrol-keys-added = The keys come from the other device, locked. The server cannot read them.
enrol-number = Next you see a number. If the other device shows the same one, confirm there.
enrol-name = Name of this device
enrol-name-hint = By this you recognise it, should you want to block it one day. For example “Reception” or “Room 2”.
enrol-name-error = Please 1 to { $most } characters.
enrol-submit = Connect
enrol-keys = The keys of your practice are made in this browser. They do not leave it; not even the server knows them.
enrol-secret = Your patients’ links are made from them, and only with them can your notes be read.
enrol-keep = Make the recovery file afterwards: without it the keys would be lost if this device is lost.
enrol-invalid-title = This enrolment link is not valid (any more).
enrol-invalid-text = It was used on another device already, or it is too old. Ask for a new one.
enrol-invalid-give-up = Go on without this link
enrol-full = Your practice has too many devices.

console-title = Appointments
console-now = Talk now
console-new = New appointment
console-device = This device
console-footer = Encrypted end to end · names and notes are unknown to the server · nothing is recorded
console-staff = This device makes appointments. Guests are let in on the doctors’ devices.
console-sound = Sound when somebody waits
console-waiting = { $count ->
    [one] { $names } is waiting.
   *[other] { $count } are waiting: { $names }.
}
console-list = Appointments
console-list-waiting = Appointments · { $count ->
    [one] 1 waiting
   *[other] { $count } waiting
}
console-today = Today, { $day }
console-tomorrow = Tomorrow, { $day }
console-count = { $count ->
    [one] 1 appointment
   *[other] { $count } appointments
}
console-past = Over or cancelled: { $count }
console-nothing = Nothing is planned for today.
console-nothing-more = That was all for today.
console-nothing-hint = Make an appointment, or talk to somebody right away: you get a link to pass on.
console-until = Shown until { $day }.
console-more = Show further days
console-unreachable-text = The list may be out of date. We go on trying; conversations under way are not affected.
console-refused = The appointment could not be made.
console-spare-title = This browser is connected already.
console-spare-text = It belongs to { $practice } as “{ $device }”. The enrolment link was not used; you can open it on another device.

item-until = until { $time }
item-admit = Let in
item-take-over = Bring it here
item-move = Move
item-cancel = Cancel
item-revoke = Block
item-revoke-hint = Block the link: it then leads nowhere any more. So far { $uses } of { $most } browsers.
item-new-link = New link
item-link-revoked = The link is blocked. A new one would have to be sent again.
item-link-revoked-staff = The link is blocked. A doctor’s device makes a new one.
item-link-at-doctors = A doctor’s device shows the link.
item-needs-consent = Your practice requires consent; the guest has not signed yet.
item-verified = Code compared
item-other-device = Made on another device: only that device can show the link, since its key is there.
item-program = Made by another program ({ $name }): that program has the link.
item-failed = That did not work. Please try again in a moment.

setback-link-damaged = Somebody came whose link is not complete, or not one of yours. If that was your patient, please send the link again, copied as a whole.
setback-untrusted = The last attempt was cut, because something had been changed on its way. Somebody may be in between: please phone your patient, and tell the person who looks after Visite.
setback-broken-off = The last attempt broke off before the two browsers had made sure of each other. If your patient sees a warning, somebody may be in between: please phone.
guest-joining = connecting to the server …
guest-absent = not here yet
guest-connecting = is arriving
guest-waiting = waiting
guest-no-path = no way between the networks
guest-in-call = in conversation
guest-interrupted = interrupted
guest-elsewhere = open elsewhere
guest-ended = ended
guest-not-open = waiting room from { $time }
guest-opening = waiting room is opening
guest-open = waiting room is open
guest-over = over
guest-cancelled = cancelled
guest-others = not from here

share-link = Link for the patient
share-mail = Send with your own mail program
share-calendar = Save as a calendar entry (.ics)
share-code = Show as a QR code
share-code-title = Link as a QR code
share-code-text = For { $day } at { $time }. Point the phone’s camera at it.
share-code-image = QR code with the link for the patient
share-file = Video consultation
share-summary = Video consultation: { $practice }
share-subject = Your video consultation on { $date } at { $time }
share-body =
    Hello,

    your video consultation is on { $day } at { $time } ({ $zone }).

    Please open this link in an up-to-date browser then:
    { $link }

    You need no account and no program, only a camera and a microphone. The waiting room opens some minutes earlier. The link is for you alone: please do not pass it on.

    Kind regards
    { $practice }

form-title = New appointment
form-date = Day
form-time = Start
form-length = Length
form-minutes = { $count } min
form-label = Note (for you only)
form-label-hint = For example initials and concern. It is encrypted before it leaves this browser; your patient does not see it.
form-uses = On how many devices may the link be used?
form-uses-hint = Some open it on the phone first and then on the computer. Fewer is stricter.
form-save = Make appointment
form-full = Your practice has too many appointments stored.
form-refused = The appointment has not been saved yet.
form-date-missing = Please choose a day.
form-date-over = That day is over already.
form-date-too-far = That is more than two years away. Is the year right?
form-time-missing = Please enter a time.
form-time-over = That time is over already.
form-time-range = That time is not possible.
form-length-range = Please { $least } to { $most } minutes.
form-label-too-long = Please at most { $most } characters.
form-label-range = Please at most { $most } characters.
form-uses-range = Please { $least } to { $most }.

move-title = Move the appointment
move-text = The link stays the same. Whoever is in the waiting room already gets back in at the new time.
move-save = Move
cancel-title = Cancel the appointment?
cancel-text = The appointment on { $day } at { $time } is cancelled for good, and its link leads nowhere any more. Whoever is waiting is told.
cancel-keep = Keep it
cancel-sure = Cancel it

ended-the-guest = Your guest
ended-files = These files still came. Save them before you close this message:
ended-dismiss = Close
ended-hung-up-title = The conversation with { $name } has ended.
ended-hung-up-text = Picture and sound are off.
ended-peer-left-title = { $name } has hung up.
ended-peer-left-text = The conversation has ended. The link is still good for as long as the waiting room is open.
ended-link-damaged-title = A link was damaged.
ended-link-damaged-text = Somebody came with an incomplete link. Please send it again, copied as a whole.
ended-untrusted-title = The connection was not safe and was cut.
ended-untrusted-text = Somebody may have been in between. Nothing was said or shown after that was noticed. Please phone { $name }, and tell the person who looks after Visite.
ended-closed-title = The appointment with { $name } was closed.
ended-closed-text = It was cancelled or blocked on another device.
ended-evicted-title = The place was freed.
ended-evicted-text = This device was taken out of the waiting room.
ended-failed-title = The conversation with { $name } broke off.
ended-failed-text = One of the two sides sent something that could not be understood. Please ask { $name } to load the page anew; the waiting room is open again.

picture-title = Your picture
picture-text = This is how you are seen. Camera and microphone go on when you let somebody in, at the latest.
picture-open = Check camera and microphone
picture-devices = Choose devices
picture-close = Switch off

console-settings = Settings
console-settings-back = To the appointments

devices-title = Devices
devices-add = Add a device
devices-text = These browsers act for your practice. If a device is lost, sign it out here: from that moment it gets into no waiting room.
devices-text-staff = These browsers act for your practice. The doctors’ devices add them and sign them out.
devices-past = Signed out: { $count }
devices-self = this device
devices-pending = not confirmed yet
devices-doctor-since = Doctor · since { $day }
devices-staff-since = Reception · since { $day }
devices-confirm = Confirm
devices-confirm-title = Confirm “{ $name }” without keys?
devices-confirm-text = The device then belongs to the practice, but gets no keys from here: bring the recovery file there. If the keys should come from this device, refuse it and take “Add a device”.
devices-revoke = Sign out
devices-refuse = Refuse
devices-revoke-title = Sign “{ $name }” out?
devices-revoke-text = The device is signed out at once; a conversation that is going on there is cut. To use it again you would have to add it anew.
devices-revoke-self = You are signing out the device that you are using. Afterwards you need a new enrolment link here.

add-first-open = Make the recovery file first (further down on this page). With its passphrase you then pass the keys on to further devices.
add-first-bound = The keys of this browser cannot be passed on as they are. Why, and what you can do, is further down under “Recovery”.
add-role = What is the new device for?
add-doctor = Consultations
add-doctor-text = Can do all that this device can.
add-staff = Reception
add-staff-text = Makes appointments and sends links. It gets into no waiting room and no conversation; it never gets the keys to them.
add-passphrase = Passphrase of the recovery file
add-passphrase-hint = Your practice’s keys leave this browser only with this passphrase.
add-begin = Show the link
add-open = Open this link on the new device, in the browser that you use there.
add-code = QR code with the link for the new device
add-link = Link for the new device
add-secret = The link is good until { $time }, and once only. It is as confidential as a bunch of keys: show it to nobody else.
add-waiting = Waiting for the new device …
add-expired = This link is too old.
add-expired-text = Close this window and begin again.
add-compare = This device has opened the link. Does it show the same number?
add-several = More than one device has come.
add-several-text = Somebody else may have seen the link. Confirm only the device that is in front of you and shows the same number; refuse the others.
add-confirm = Yes, it is this one
add-refuse = No, refuse
add-done = “{ $name }” now belongs to your practice.
add-done-text = It fetches its keys by itself within the next seconds.

recovery-title = Recovery
recovery-banner = Your practice has no recovery file yet.
recovery-banner-text = Its keys are in this browser alone. With the file you get everything back should this device be lost.
recovery-later = Later
recovery-missing = The keys of your practice are in this browser alone. If it is lost, links that you have sent are no longer good, and your notes cannot be read any more. The recovery file brings everything back, in any browser.
recovery-make = Make the recovery file
recovery-there = The file has been made
recovery-there-text = With it and its passphrase a new browser gets at all appointments and notes of your practice. You need the passphrase for adding devices, too.
recovery-bound = This browser was connected before there were recovery files. It made the key by which your patients recognise the practice so that it can never leave the browser. A file without it would be of little use.
recovery-bound-renew = You can give your practice a new identity. Then the file can be made, and devices can be added. Your notes stay readable.
recovery-renew = Make a new identity
recovery-renew-title = Make a new identity?
recovery-renew-text = Links that you have sent are then no longer good: your patients’ page would not recognise the practice. Please send the links of open appointments again afterwards.
recovery-why = The file holds the keys of your practice, locked with a passphrase. Whoever has both can speak for your practice; one alone is of use to nobody.
recovery-passphrase = Passphrase of the file
recovery-passphrase-hint = A proposal; you can also take one of your own with at least { $least } characters. Write it down, or put it into your password manager. Nobody can give it back to you, not even the server.
recovery-too-short = Please at least { $least } characters.
recovery-another = Another proposal
recovery-save = Save the file
recovery-saved = The file “{ $name }” has been saved.
recovery-apart = Do not keep it on this device only, and keep the passphrase in another place: for example the file on a USB stick in the safe.
recovery-check = The passphrase once more
recovery-check-hint = That way you notice now if it was not noted down correctly.
recovery-check-wrong = That is another passphrase than the file’s.
recovery-save-again = Save the file again
recovery-back = Back
recovery-done = Done
recovery-problem-passphrase = This passphrase does not open the file. Mind capital letters and hyphens.
recovery-problem-not-recovery = That is not a recovery file. Its name mostly begins with “visite-recovery”.
recovery-problem-damaged = This recovery file is damaged: something is missing or was changed. Do you have another copy?
recovery-problem-newer = This file is of a newer version of Visite. Load the page anew; if that does not help, ask the person who looks after Visite.
recovery-problem-other-practice = This file belongs to another practice.

compare-code = Compare the code
compare-text = Read these six digits out to each other, you and { $name }.
compare-hint = If they are the same, nobody is in between. Only this browser remembers that you have compared.
compare-same = They are the same
compare-differs = They differ
compare-other = Then somebody may be in between.
compare-other-text = Do not go on talking. Hang up, phone { $name }, and tell the person who looks after Visite.

waiting-title = One more step
waiting-lead = Compare this number with the one on the device that showed you the link, and confirm there.
waiting-lead-no-number = Confirm this device on one that belongs to your practice already.
waiting-text = Waiting to be confirmed …
waiting-other = If it shows another number, refuse there: then somebody else has come.
waiting-give-up = Give up

keyless-title = The keys are still missing
keyless-lead = This browser is signed up, but it cannot read your practice’s links and notes yet: only your practice knows the keys to them, not the server.
keyless-lead-staff = This browser is signed up as the reception. What it needs for that comes from a doctor’s device.
keyless-ask-title = From another device
keyless-ask-text = On a device that belongs to the practice already, open Settings → Devices → Add a device, and open the link that it shows here.
keyless-ask = Drop this enrolment
recover-title = With the recovery file
recover-text = Then all links stay good, and your notes can be read again.
recover-file = File
recover-file-hint = “visite-recovery-….json”
recover-missing = Please choose the file.
recover-passphrase = Passphrase of the file
recover-submit = Recover
afresh-title = With new keys
afresh-text = Only if there is neither another device nor the file: links so far are then no longer good.
afresh = Begin with new keys
afresh-sure-title = Really begin anew?
afresh-sure-links = Links that you have sent no longer lead to this device.
afresh-sure-text = This browser cannot read earlier notes. Other devices of the practice keep their old keys, and do not see what is made here.
