# The practice's page.
practice-no-store-title = This browser keeps nothing here.
practice-no-store-text = The practice needs a browser that keeps its keys. Please open this page in an ordinary window, not in a private one.
practice-stranger-title = For your practice
practice-stranger-lead = This browser is not connected to a practice yet.
practice-stranger-how = How to connect it
practice-stranger-ask = Ask the person who looks after Visite for an enrolment link.
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
enrol-lead = With one click this browser belongs to your practice. From then on you open this page at any time, without a password.
enrol-lead-again = This device was signed out. With the new link it belongs to your practice again.
enrol-name = Name of this device
enrol-name-hint = By this you recognise it, should you want to block it one day. For example “Reception” or “Room 2”.
enrol-name-error = Please 1 to { $most } characters.
enrol-submit = Connect
enrol-keys = The keys of your practice are made in this browser. They do not leave it; not even the server knows them.
enrol-secret = Your patients’ links are made from them, and only with them can your notes be read.
enrol-keep = So do not delete this page’s website data in this browser: open appointments would be lost.
enrol-invalid-title = This enrolment link is not valid (any more).
enrol-invalid-text = It was used already, or it is too old. Perhaps this very browser has just used it and the connection broke: then, too, a new link helps.
enrol-invalid-give-up = Go on without this link
enrol-full = Your practice has too many devices.

console-title = Appointments
console-now = Talk now
console-new = New appointment
console-device = This device
console-footer = Encrypted end to end · names and notes are unknown to the server · nothing is recorded
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
item-other-device = Made on another device: only that device can show the link, since its key is there.
item-program = Made by another program ({ $name }): that program has the link.
item-failed = That did not work. Please try again in a moment.

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
