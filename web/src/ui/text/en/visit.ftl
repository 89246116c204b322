# The patient's way: link, check, waiting room, end.
visit-title-in-call = It is your turn
visit-appointment = Your video consultation
visit-appointment-with = Video consultation: { $practice }
visit-when = { $day }, { $time }

asking-offline-title = No connection to the internet
asking-offline-text = Please check your Wi-Fi or mobile data.
asking-unavailable-title = The server does not answer right now
asking-unavailable-text = It is not your fault. Mostly it takes only a moment.
asking-slow-down-title = Too many attempts from your network
asking-slow-down-text = Many links that are not good were just opened from your network. Please wait a little.
asking-again = We are trying again by ourselves.

early-title = You are early
early-text = The waiting room opens on { $day } at { $time }.
early-days = { $count ->
    [one] one more day
   *[other] { $count } more days
}
early-stay = Leave this page open: it goes on by itself then.
early-come-back = Open the link once more on the day of the appointment.
early-check = Check device and network now
early-check-text = Takes ten seconds and opens in a new window.

consent-verified = { $practice } – verified
consent-verified-explained = This link really belongs to this practice: your browser has checked its digital signature.
consent-as = You come as { $name }
consent-as-signed = Your consent is signed. It goes to { $practice } as soon as you are connected.
consent-as-unsigned = You have signed no consent.

check-name = Your name
check-name-hint = It goes only to { $practice }, straight from your browser. The server does not learn it.
check-name-missing = Please enter your name.
check-alone = Find a quiet place where nobody listens.
check-private = The conversation is encrypted. Only you and { $practice } see and hear it, and nothing is recorded.
check-not-yet = Picture and sound leave this device only when the practice lets you in.
check-continue = On to the waiting room
check-line = Check the connection, too

self-title = Can you be seen and heard?
self-explained = Your browser is about to ask for camera and microphone. Please allow both. { $practice } does not see you yet.
self-the-practice = the practice
self-open = Switch camera on
self-opening = Camera is starting …
self-allow = If your browser asks: please allow camera and microphone.
self-camera-off = Camera off
self-camera = Camera
self-microphone = Microphone
self-on = on
self-off = off
self-speak = Say something.
self-heard = You are heard.
self-change = Change and check devices

waiting-joining-title = We are opening the waiting room
waiting-joining-text = One moment please.
waiting-offline-title = No connection to the internet
waiting-offline-text = Please check your Wi-Fi or mobile data. As soon as the connection is back, it goes on by itself.
waiting-unavailable-title = The server does not answer right now
waiting-unavailable-text = It is not your fault. We keep trying by ourselves; please stay on this page.
waiting-absent-title = You are in the waiting room
waiting-absent-text = The practice is not here yet. There is nothing to do: as soon as it comes, you will be connected.
waiting-away-title = The practice will be right back
waiting-away-text = Its connection is interrupted just now. Please stay on this page.
waiting-connecting-title = The practice is here
waiting-connecting-text = We are making the direct connection. It takes only a few seconds.
waiting-lobby-title = The practice sees that you are waiting
waiting-lobby-text = The connection stands. You will be let in as soon as they have time for you.
waiting-held-title = One moment please
waiting-held-text = The practice will bring you back shortly. You are not seen or heard meanwhile.
waiting-since = You have been waiting for { $practice } since { $time }.
waiting-part-companion = You are here to accompany somebody.
waiting-part-interpreter = You are here to interpret.
waiting-part-colleague = You are here as a colleague.
waiting-written = Messages from the practice
waiting-written-at = From the practice, { $time }
waiting-ready = Have ready what you want to show: medicines, findings, your insurance card.
waiting-sound = Leave the sound on: you will hear a sign when it begins.
waiting-leave = Leave the waiting room
waiting-leave-title = Do you want to go?
waiting-leave-text = The practice will see that you have gone. With your link you can come back.
waiting-stay = Stay here
waiting-steps = How far you are
waiting-step-arrived = Arrived
waiting-step-waiting = In the waiting room
waiting-step-connected = Connected
waiting-step-talking = Conversation

no-path-title = No connection can be made from here
no-path-text = Your network or the practice’s does not allow a direct connection. This mostly helps:
no-path-network = Change the network: from Wi-Fi to mobile data, or the other way round. A phone’s hotspot will do as well.
no-path-vpn = Switch a VPN off if you use one.
no-path-phone = Otherwise please phone the practice.
no-path-trying = We keep trying.

over-ended-title = The visit has ended
over-ended-text = Nothing of it is kept, not even the link. To come back, please open the link from your message again.
over-hung-up-title = You have hung up
over-hung-up-text = Thank you. Camera and microphone are off, and nothing of the conversation is kept. You can close this page.
over-peer-left-title = The conversation has ended
over-peer-left-text = Thank you for coming. Camera and microphone are off, and nothing of the conversation is kept. You can close this page.
over-link-damaged-title = The link is not complete
over-link-damaged-text = A part of the link was lost or changed on its way to you. Please open it straight from the message, or copy all of it, up to the last character. If that doesn’t help, ask the practice for a new one.
over-untrusted-title = This connection can’t be trusted
over-untrusted-text = We could not make sure that it is really { $practice } at the other end, and have therefore cut the connection. Camera and microphone are off. Please phone the practice before you try again.
over-invite-invalid-title = This link is not valid
over-invite-invalid-text = Perhaps the appointment was cancelled, or the practice has sent you a newer link. If in doubt, please ask there.
over-invite-used-title = This link has been used already
over-invite-used-text = It is good for a certain number of browsers only. Please open it where you opened it first, or ask the practice for a new one.
over-over-title = This appointment is over
over-over-text = If there is anything else that you need, please get in touch with the practice.
over-closed-title = The practice has closed this appointment
over-closed-text = The appointment was ended or cancelled, or the link was withdrawn. Camera and microphone are off. If you have questions, please get in touch with the practice.
over-occupied-title = This seat is taken
over-occupied-text = The link is open in another browser right now. Close it there; half a minute later the seat will be free.
over-evicted-title = The practice has dismissed you from the waiting room
over-evicted-text = If that was a mistake, you can go back in.
over-taken-over-title = You have gone on in another tab
over-taken-over-text = The conversation goes on there. This tab can be closed.
over-signed-out-title = This device is signed out
over-signed-out-text = It may not speak for the practice any more.
over-failed-title = Something went wrong
over-failed-text = The two browsers did not understand each other. Load the page anew; if that doesn’t help, please use a current browser.
over-again = Back to the waiting room
over-go-on-here = Go on here
over-reload = Load the page anew
over-files-title = Files from the conversation
over-files-text = Save them now: when you close this page, they are gone.
over-files-saved = Everything is saved.

word-late = I will be late
word-cancel = I can’t come
word-how-late = By how many minutes?
word-minutes = { $minutes } min
word-sending = We are telling the practice …
word-told = The practice will know
word-told-late = You will come about { $minutes } minutes later. Your link stays good.
word-told-cancel = You can’t come. For another appointment please get in touch with the practice.
word-change = Change
word-failed = That did not get through
word-cancel-title = Can you really not come?
word-cancel-text = We will tell the practice. The appointment itself is cancelled by them; your link stays good until then.
word-cancel-no = I will come
word-cancel-yes = I can’t come

drop-in = Open consultation hour
drop-in-title = Open consultation hour: { $practice }
drop-in-until = No appointment needed, until { $time }. First come, first served.
drop-in-closed-title = The consultation hour is closed right now
drop-in-closed-text = Leave this page open: it goes on by itself as soon as it opens.
drop-in-closed-again = We keep looking by ourselves.
drop-in-failed-title = The waiting room did not open
drop-in-failed-text = Please check your internet connection, and try again.

later-title = A part of this page did not arrive
later-text = Please check your internet connection. We are trying again by ourselves.
later-reload = Load the page anew
