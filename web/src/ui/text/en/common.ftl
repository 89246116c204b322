# What all pages say.
product = Visite
language-switch = Language
language-failed = { $language } can’t be loaded right now. Please check your connection to the internet and try again.

cancel = Cancel
close = Close
copy = Copy
copied = Copied
copy-failed = Copying is not possible here. Please select the text and copy it by hand.
retry = Try again
busy = One moment …

start-title = Video consultation
start-lead = Here a practice and its patients meet by video: encrypted from browser to browser, with nothing to sign up for and nothing to install.
start-patient-title = Do you have an appointment?
start-patient-text = Open the link that your practice sent you. It takes you straight to the waiting room; there is nothing to enter on this page.
start-patient-lost = No link, or it doesn’t open? Your practice will gladly send you a new one.
start-check = Check camera and sound before your appointment
start-practice-title = Do you work at the practice?
start-practice-text = Make appointments, send links and let patients in.
start-practice-link = To the practice
start-privacy = Picture, sound, messages and files travel only between the two people talking. The server helps them find each other and learns nothing of the conversation.
footer-privacy = End-to-end encrypted · no cookies · nothing is recorded
