# The call.
call-with = Call with { $name }
call-connected = You are connected with { $name }.
call-duration = Duration { $time }
call-connection = Connection and safety

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
call-own-camera-off = Your camera is off
call-camera-opens = Camera is starting …
call-sharing = You are showing your screen
call-stop-sharing = Stop
call-hear = Tap to hear

call-interrupted = The connection is interrupted
call-coming-back = { $name } will be right back
call-mending = We are restoring it by ourselves. Please stay on this page.
call-own-network = Your device has no internet right now. The call goes on as soon as it is back.
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
call-hang-up = Hang up
call-leaving-title = Files not saved yet
call-leaving-text = { $count ->
    [one] There is one file that you have not saved. You still can after hanging up, as long as this page is open.
   *[other] There are { $count } files that you have not saved. You still can after hanging up, as long as this page is open.
}

call-panel = Messages and files
call-messages = Messages
call-files = Files
call-chat-empty = What you write here only the other person reads. After the call it is deleted.
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
