# Camera or microphone don’t open: what is wrong, and what to do. The names of buttons are the browsers’ own.
media-trouble-denied = { $what ->
    [camera] The camera is blocked for this page.
    [microphone] The microphone is blocked for this page.
   *[both] Camera and microphone are blocked for this page.
}
media-trouble-no-device = { $what ->
    [camera] No camera was found.
    [microphone] No microphone was found.
   *[both] Neither a camera nor a microphone was found.
}
media-trouble-in-use = { $what ->
    [camera] The camera is in use by another program.
    [microphone] The microphone is in use by another program.
   *[both] Camera and microphone are in use by another program.
}
media-trouble-insecure = Camera and microphone need a secure connection.
media-trouble-unsupported = This browser can’t open camera and microphone.
media-trouble-failed = { $what ->
    [camera] The camera could not be switched on.
    [microphone] The microphone could not be switched on.
   *[both] Camera and microphone could not be switched on.
}

media-trouble-ignored = { $what ->
    [camera] The camera is not allowed yet: your browser’s question was left open.
    [microphone] The microphone is not allowed yet: your browser’s question was left open.
   *[both] Camera and microphone are not allowed yet: your browser’s question was left open.
}
media-trouble-denied-by-system = { $what ->
    [camera] Your device keeps the browser from the camera.
    [microphone] Your device keeps the browser from the microphone.
   *[both] Your device keeps the browser from camera and microphone.
}
media-trouble-in-app = { $program ->
    [none] This page is open inside another app. Camera and microphone don’t work there.
   *[other] This page is open inside { $program }. Camera and microphone don’t work there.
}

help-chrome-desktop-1 = Click the symbol in front of the address, at the top.
help-chrome-desktop-2 = Switch camera and microphone on there.
help-edge-desktop-1 = Click the lock in front of the address, at the top, then “Permissions for this site”.
help-edge-desktop-2 = Set camera and microphone to “Allow”.
help-firefox-desktop-1 = Click the crossed-out camera or microphone in front of the address, at the top.
help-firefox-desktop-2 = Take the block away with its ×.
help-safari-desktop-1 = Click “Safari” at the very top, then “Settings” for this website.
help-safari-desktop-2 = Set camera and microphone to “Allow”.
help-chrome-android-1 = Tap the symbol in front of the address, then “Permissions”.
help-chrome-android-2 = Switch camera and microphone on.
help-firefox-android-1 = Tap the lock in front of the address.
help-firefox-android-2 = Set camera and microphone to “Allowed”.
help-safari-ios-1 = Tap the small symbol at the left of the address bar. Then “Website Settings”; sometimes it is behind the three dots.
help-safari-ios-2 = Set camera and microphone to “Allow”.
help-safari-ios-aa-1 = Tap “aA” in the address bar, then “Website Settings”.
help-safari-ios-aa-2 = Set camera and microphone to “Allow”.
help-other-ios-1 = Open the settings of your device. Look for “{ $browser }” there; on newer devices it is under “Apps”.
help-other-ios-2 = Switch camera and microphone on there.
help-other-1 = Allow camera and microphone for this page in your browser’s settings.
help-system-windows-1 = Open the settings of Windows, then “Privacy & security”, and “Camera” in it. Afterwards “Microphone” in the same way.
help-system-windows-2 = Switch everything on, also the access for desktop apps at the bottom.
help-system-macos-1 = Open the system settings, then “Privacy & Security”, and “Camera” in it. Afterwards “Microphone” in the same way.
help-system-macos-2 = Switch “{ $browser }” on there. The browser has to restart after that; then open your link once more.
help-system-android-1 = Open the settings of your device, then “Apps”, “{ $browser }” and “Permissions”.
help-system-android-2 = Allow camera and microphone. Some devices also have a switch for it in the panel that is pulled down from the top.
help-system-ios-1 = Open the settings of your device. Look for “{ $browser }” there; on newer devices it is under “Apps”.
help-system-ios-2 = Allow camera and microphone there.
help-system-other-1 = Allow camera and microphone for your browser in the settings of your device.
help-ignored-1 = Try again. Your browser will ask: choose “Allow”.
help-no-device-desktop-1 = { $what ->
    [camera] Plug in a camera. Without one you can still hear and speak.
    [microphone] Plug in a microphone or a headset. Without one you can see, hear and write.
   *[both] Plug in a camera and a microphone. Without them you can see, hear and write.
}
help-no-device-desktop-2 = Some laptops also have a shutter, a switch or a key for it.
help-no-device-phone-1 = Switch your device off and on again, and then open your link once more.
help-in-use-desktop-1 = Close other programs with video, and other windows with this page.
help-in-use-desktop-2 = If that doesn’t help, restart the browser.
help-in-use-phone-1 = End a phone call that is going on, and other apps with a camera.
help-in-use-phone-2 = If that doesn’t help, close the browser completely, and open your link once more.
help-failed-desktop-1 = Unplug the device, and plug it in again.
help-failed-desktop-2 = If that doesn’t help, restart the browser.
help-failed-phone-1 = Close the browser completely, and open your link once more.
help-failed-phone-2 = If low power mode is on, please switch it off.
help-insecure-1 = The address above has to begin with https://. Please open your practice’s link once more.
help-needs-safari-1 = On this device it works in Safari only. Copy your link.
help-needs-safari-2 = Open Safari, and hold your finger on the address bar. Choose “Paste”.
help-outdated-1 = Copy your link.
help-outdated-2 = Open a current browser, for example Chrome, Edge, Firefox or Safari. Paste the link into the address bar at the top.
help-lockdown-ios-1 = Perhaps “Lockdown Mode” is on. If so, tap the small sign at the left of the address bar, then “Website Settings”. Turn it off there for this page.
help-lockdown-ios-2 = If that doesn’t help, copy your link and open it on another device, for example a computer.
help-in-app-ios-1 = Copy your link.
help-in-app-ios-2 = Open Safari, and hold your finger on the address bar. Choose “Paste”.
help-in-app-other-1 = Copy your link.
help-in-app-other-2 = Open your browser, for example Chrome, and hold your finger on the address bar. Choose “Paste”.

help-sound-only = Continue with sound only

incapable-insecure = This page was not loaded securely
incapable-unsupported = Video consultations do not work in this browser
incapable-text = It is not your fault. Here is what helps:
