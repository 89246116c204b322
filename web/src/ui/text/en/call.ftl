# The call.
call-with = Call with { $name }
call-connected = You are connected with { $name }.
call-duration = Duration { $time }
call-connection = Connection and safety
call-facts-title = Connection and safety. No recording: Visite cannot record.

call-path-direct = Direct
call-path-relayed = Through a relay
call-path-direct-explained = Picture and sound go from your device to the other without a detour.
call-path-relayed-explained = A relay of your practice passes the data on. They are encrypted: the relay can neither listen nor read.
call-safety-code = Safety code
call-safety-explained = Read the six digits out to each other. If they are the same, nobody is in between: only you and { $name } see and hear this conversation.
call-quality-good = Good connection
call-quality-fair = Somewhat weak connection
call-quality-poor = Weak connection
call-quality-cause-none = Picture and sound arrive well.
call-quality-cause-loss = Part of the data is lost on its way. Closer to the Wi-Fi router, or with a cable, it usually gets better.
call-quality-cause-delay = Picture and sound take long. Give each other a little more time to answer.
call-quality-cause-bandwidth = The network is slow right now. Stop other downloads, or switch your camera off.

call-their-camera = Picture of { $name }
call-their-screen = { $name } is showing the screen
call-camera-is-off = Camera off
call-microphone-is-off = Microphone off
call-own-picture = Your own picture: to another corner
call-move-picture = Picture of { $name }: to another corner
call-own-camera-off = Your camera is off
call-camera-opens = Camera is starting …
call-sharing = You are showing your screen
call-stop-sharing = Stop showing
call-hear = Tap to hear

call-interrupted = The connection is interrupted
call-coming-back = { $name } will be right back
call-mending = We are restoring it by ourselves. Please stay on this page.
call-own-network = Your device has no internet right now. The call goes on as soon as it is back.
call-other-away = The other side has lost its network or closed the page. The call goes on by itself as soon as it is back.
call-interrupted-since = for { $time }

call-controls = Control the call
call-microphone = Microphone
call-mute = Microphone: mute
call-camera = Camera
call-camera-off = Camera: switch off
call-screen = Screen
call-share = Screen: show it
call-chat = Chat
call-chat-unread = { $count ->
    [one] Chat, one new message
   *[other] Chat, { $count } new messages
}
call-devices = Devices
call-fullscreen = Full screen
call-small-window = Window
call-small-window-label = Small window of its own
call-hang-up = Hang up
call-leaving-title = Files not saved yet
call-leaving-text = { $count ->
    [one] There is one file that you have not saved. You still can after hanging up, as long as this page is open.
   *[other] There are { $count } files that you have not saved. You still can after hanging up, as long as this page is open.
}

call-panel = Messages and files
call-messages = Messages
call-files = Files
call-chat-empty = What you write here only the people in this call read. After it, it is deleted.
call-files-to-practice = Only the practice gets the files that you send.
call-from-me = You wrote:
call-from-peer = The other wrote:
call-seen = Read
call-sent = Sent
call-write = Write a message
call-send = Send
call-read = Read a new message from { $name }
call-new-message = New message from { $name }
call-too-long = The message is too long: { $length } of at most { $most } characters.
call-not-sent = That could not be sent just now. Please try again in a moment.

call-attach = Send a file
call-drop = Let go to send to { $name }
call-file-too-large = { $name } is too large. At most { $most } will go.
call-file-not-now = { $name } can’t be sent right now. Please wait until other files have arrived.
call-file-cancel = Cancel { $name }
call-file-progress = Progress of { $name }
call-file-save = Save { $name }
call-file-save-short = Save
call-file-saved = Saved
call-file-offered-me = waiting
call-file-offered-peer = about to come
call-file-sending = { $share } % sent
call-file-receiving = { $share } % received
call-file-done-me = arrived
call-file-done-peer = complete
call-file-refused-too-large = too large for the receiver
call-file-refused-declined = not accepted
call-file-refused-no-space = the receiver has no space left
call-file-cancelled-me = cancelled by you
call-file-cancelled-peer = cancelled by the other
call-file-failed-connection = broken off: connection lost
call-file-failed-damaged = arrived damaged, please send it again
call-file-failed-read = the file could not be read
call-file-failed-write = the file could not be stored here

call-more = More
call-on = on
call-off = off
call-people = People
call-people-hint = Two people can stay large at the same time, a doctor and an interpreter for example.
call-part-practice = practice
call-part-patient = patient
call-part-companion = companion
call-part-interpreter = interpreter
call-part-colleague = colleague
call-state-connecting = connecting
call-state-interrupted = connection interrupted
call-person-connecting = { $name } is connecting …
call-person-interrupted = The connection to { $name } is interrupted. It comes back by itself.
call-also-here = Also in the call: { $names }
call-remove = Remove { $name } from the call
call-remove-sure = Really remove
call-you = You
call-pin = Show { $name } large
call-pin-short = Large
call-pin-next = Show the next person large
call-swap = Swap the pictures
call-view-speaker = Whoever speaks, large
call-own-see = See your own picture
call-own-hide = Hide your own picture
call-own-show = Show your own picture
call-said-pinned = Shown large: { $names }
call-said-no-pin = Nobody is pinned.
call-said-view-grid = Everybody is the same size.
call-said-view-speaker = Whoever speaks is shown large.
call-said-own-hidden = Your own picture is hidden. The others go on seeing you.
call-said-own-shown = Your own picture is shown.
call-said-microphone-on = Your microphone is on.
call-said-microphone-off = Your microphone is off.
call-said-camera-on = Your camera is on.
call-said-camera-off = Your camera is off.
call-said-screen-off = Your screen is not being shown.

call-weak = The picture pauses because the line is weak. The sound goes on.
call-own-paused = Your picture pauses because your line is weak. You are still heard, and the picture comes back by itself.
call-own-paused-short = Your picture pauses
call-save-data = Save data: smaller picture
call-unplugged-microphone = Your microphone is not connected any more. Now in use: { $now }.
call-unplugged-camera = Your camera is not connected any more. Now in use: { $now }.
call-unplugged-speaker = Your speaker is not connected any more. Now in use: { $now }.
call-unplugged-choose = Choose a device

call-encrypted = Encrypted from device to device
call-encrypted-explained = Only who is in this call can read picture, sound, messages and files. Not even the practice’s server can.
call-no-recording = No recording
call-no-recording-explained = Visite cannot record: there is nothing for it in this program, on either side.
call-round-trip = round trip { $time } ms
call-code-same = The digits were the same
call-code-was-same = Compared: the same

call-shortcuts = Keyboard shortcuts
call-shortcuts-on = Use keyboard shortcuts
call-shortcuts-hint = They do nothing while you write. If voice control or another aid sets them off, switch them off.

call-notes = Notes
call-notes-hint = This stays on this page only: it is not sent and not stored. After the call it is gone.
call-notes-save = Save as text
call-notes-left = The call is over. Copy or save your notes before you leave this page.
call-leaving-notes-title = Your notes will be lost
call-leaving-notes-text = Hanging up deletes your notes. Copy or save them first if you need them.
call-hang-up-and-forget = Hang up and delete the notes

call-hold = Hold
call-hold-label = Hold: back to the waiting room
call-photo = Photo
call-photo-label = Photo: ask for one
photo-title = Ask for a photo
photo-explained = { $name } is asked and sees the picture first. The photo comes in the camera’s full resolution and goes straight to your disk.
photo-no-consent = No consent to photos
photo-no-consent-text = { $name } has not agreed to photos being sent.
photo-choose-place = Choose where …
photo-request = Ask for a photo
photo-withdraw = Take back
photo-file = Photo
photo-saved = { $name } ({ $size }) is saved.
photo-not-saved = { $name } ({ $size }) could not be saved there. It is among the files of this call.
photo-practice-asked = { $name } is being asked …
photo-practice-sending = The photo is arriving …
photo-practice-refused = { $name } does not want to send a photo now.
photo-practice-withdrawn = You have taken the question back. No photo will come.
photo-practice-failed = That did not work. You can ask again.
photo-practice-came = The photo is there.
photo-question = { $name } asks for a photo
photo-what = Your camera takes one single picture in full resolution. You see it before it is sent. Only { $name } gets it, and stores it. It holds neither place nor time.
photo-advice = Hold the spot into the light and the camera still.
photo-camera-off = Your camera is off. What it shows for the photo only you see at first.
photo-camera-on = Switch the camera on
photo-take = Take the photo
photo-yours = Your photo
photo-look = This is your photo. { $name } gets it only when you press “Send”.
photo-again = Once more
photo-send = Send
photo-discard = Do not send
photo-refuse = Not now
photo-progress = Progress of the photo
photo-guest-taking = Please hold still …
photo-guest-sending = The photo is being sent …
photo-guest-withdrawn = { $name } does not need the photo any more. Nothing was sent.
photo-guest-failed = The photo did not work. Nothing was sent.
photo-guest-came = { $name } has got the photo.

receipt-title = Receipt of this call
receipt-title-with = Receipt: call with { $name }
receipt-dismiss = Put away
receipt-file = Receipt
receipt-practice = Practice
receipt-time = Time
receipt-span = { $day }, { $begin } to { $end } { $zone }
receipt-length = Length
receipt-people = Who took part
receipt-path = Path of the data
receipt-unknown = not known
receipt-encryption = Encryption
receipt-encrypted = from device to device ({ $suites })
receipt-encrypted-plain = from device to device
receipt-code = Safety code
receipt-code-compared = compared: the same
receipt-code-not-compared = not compared
receipt-agreed = Consent
receipt-agreed-not-asked = none asked for
receipt-agreed-refused = not given
receipt-agreed-yes = { $item }: agreed
receipt-agreed-no = { $item }: not agreed
receipt-agreed-revoked = { $item }: agreed, taken back later
receipt-files = Files and photos
receipt-no-files = none
receipt-file-me = { $kind ->
    [photo] photo, sent: { $name } ({ $size })
   *[file] sent: { $name } ({ $size })
}
receipt-file-peer = { $kind ->
    [photo] photo, received: { $name } ({ $size })
   *[file] received: { $name } ({ $size })
}
receipt-recording = Recording
receipt-recording-none = none: Visite cannot record
receipt-note = Your browser has made this receipt. The names are as everybody called themselves. It is stored nowhere else and goes with this page.
receipt-save-pdf = Save as PDF
receipt-save-text = Save as text
receipt-save-failed = The PDF could not be made. Save the receipt as text, or try again.
