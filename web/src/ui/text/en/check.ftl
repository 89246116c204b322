# The check of device and network, before a visit.
trial-title = Is everything ready?
trial-lead = Check before your appointment whether this device and your network are ready. It takes about ten seconds.
trial-begin = Check now
trial-again = Check again
trial-allow = Your browser is about to ask for camera and microphone. Please allow both.
trial-private = Nobody sees or hears you. Picture and sound stay in this browser, and at the end both go off again.
trial-answer = Your browser is asking: please allow camera and microphone.
trial-speak = Say something: the bar should move.

trial-step-browser = Browser
trial-step-camera = Camera
trial-step-microphone = Microphone
trial-step-speaker = Speaker
trial-step-server = Way to the server
trial-step-router = Your router
trial-step-connection = Making a connection
trial-step-speed = Speed
trial-waiting = still to come
trial-running = being checked …
trial-good = works
trial-weak = not quite
trial-bad = doesn’t work
trial-skipped = not checked
trial-speed = about { $speed } Mbit/s

trial-tone = Play a sound
trial-tone-question = Did you hear three notes?
trial-tone-yes = Yes
trial-tone-no = No

trial-level-good = Everything is ready
trial-level-limited = Not everything is ready
trial-level-bad = It doesn’t work here like this
trial-result-good = What we can check works: nothing stands in the way of your video call here.
trial-result-no-camera = The camera does not open. You can hear and speak, but will not be seen.
trial-result-no-microphone = The microphone does not open: you will not be heard. Plug in another one, or use another device.
trial-result-no-media = Camera and microphone don’t open. Like this you can only watch, listen and write.
trial-result-router = Perhaps no connection can be made from this network. It is best to use another one: Wi-Fi instead of mobile data, or the other way round.
trial-result-relay = From this network it probably works only through the relay that this practice allows. The conversation is encrypted there as well. If it does not work, use another network.
trial-result-slow = Your network is slow: the picture may falter. Go closer to the router, or use another network.
trial-result-unheard = The microphone heard nothing. See whether it is muted, and speak during the next try.
trial-result-silent = You did not hear the sound. Turn up the volume, or use other speakers or headphones.
trial-result-unknown = Not everything could be checked. Please try again later.
trial-result-browser = This browser can’t do video calls. Please use a new version of Chrome, Edge, Firefox or Safari.
trial-result-network = This network lets no direct video calls through. Use another one, for example mobile data instead of Wi-Fi.
trial-result-connection = This browser makes no connection. Turn off VPN and extensions, or use another browser.
trial-code = Code for the practice:
trial-code-hint = If you call there, tell them this code: it says what the check has found, and nothing about you.

trial-what = What is checked?
trial-what-text = Whether your browser can do everything, whether camera and microphone open, whether your network lets through the way to the server and back, and whether the browser makes a connection: for a trial only with itself. For the speed it downloads a piece of this page; that is a rough estimate, and uploading is not measured. The result stays in your browser.

trial-read = Code from the patient’s check
trial-read-hint = Six characters. Capital or small makes no difference.
trial-read-wrong = That is no such code. Please have it read out once more.
trial-read-browser = { $browser } on { $system }.
trial-read-in-app = The page was open inside another app: the patient is to open the link in the browser.
