# Die Prüfung von Gerät und Netz, vor dem Termin.
trial-title = Ist alles bereit?
trial-lead = Prüfen Sie vor Ihrem Termin, ob dieses Gerät und Ihr Netz bereit sind. Das dauert etwa zehn Sekunden.
trial-begin = Jetzt prüfen
trial-again = Noch einmal prüfen
trial-allow = Ihr Browser fragt gleich nach Kamera und Mikrofon. Bitte erlauben Sie beides.
trial-private = Niemand sieht oder hört Sie dabei. Bild und Ton bleiben in diesem Browser, und am Ende gehen beide wieder aus.
trial-answer = Ihr Browser fragt gerade: Bitte erlauben Sie Kamera und Mikrofon.
trial-speak = Sagen Sie etwas: Der Balken sollte sich bewegen.

trial-step-browser = Browser
trial-step-camera = Kamera
trial-step-microphone = Mikrofon
trial-step-speaker = Lautsprecher
trial-step-server = Weg zum Server
trial-step-router = Ihr Router
trial-step-connection = Verbindung aufbauen
trial-step-speed = Tempo
trial-waiting = kommt noch
trial-running = wird geprüft …
trial-good = geht
trial-weak = nicht ganz
trial-bad = geht nicht
trial-skipped = nicht geprüft
trial-speed = etwa { $speed } Mbit/s

trial-tone = Ton abspielen
trial-tone-question = Haben Sie drei Töne gehört?
trial-tone-yes = Ja
trial-tone-no = Nein

trial-level-good = Alles bereit
trial-level-limited = Nicht alles ist bereit
trial-level-bad = So geht es hier nicht
trial-result-good = Was wir prüfen können, geht: Ihrem Videogespräch steht hier nichts im Weg.
trial-result-no-camera = Die Kamera geht nicht auf. Sie können hören und sprechen; man sieht Sie aber nicht.
trial-result-no-microphone = Das Mikrofon geht nicht auf: Man wird Sie nicht hören. Schließen Sie ein anderes an, oder nehmen Sie ein anderes Gerät.
trial-result-no-media = Kamera und Mikrofon gehen nicht auf. So können Sie nur zusehen, zuhören und schreiben.
trial-result-router = Aus diesem Netz kommt vielleicht keine Verbindung zustande. Nehmen Sie am besten ein anderes: WLAN statt mobiler Daten, oder umgekehrt.
trial-result-relay = Aus diesem Netz geht es wohl nur über die Zwischenstation, die diese Praxis erlaubt. Das Gespräch ist auch dort verschlüsselt. Geht es nicht, nehmen Sie ein anderes Netz.
trial-result-slow = Ihr Netz ist langsam: Das Bild kann stocken. Gehen Sie näher an den Router, oder nehmen Sie ein anderes Netz.
trial-result-unheard = Das Mikrofon hat nichts gehört. Prüfen Sie, ob es stumm ist, und sprechen Sie beim nächsten Versuch.
trial-result-silent = Sie haben den Ton nicht gehört. Drehen Sie lauter, oder nehmen Sie andere Lautsprecher oder Kopfhörer.
trial-result-unknown = Nicht alles ließ sich prüfen. Bitte versuchen Sie es später noch einmal.
trial-result-browser = Dieser Browser kann keine Videogespräche. Nehmen Sie bitte Chrome, Edge, Firefox oder Safari in einer neuen Fassung.
trial-result-network = Dieses Netz lässt keine direkten Videogespräche durch. Nehmen Sie ein anderes, zum Beispiel mobile Daten statt WLAN.
trial-result-connection = Dieser Browser baut keine Verbindung auf. Schalten Sie VPN und Erweiterungen aus, oder nehmen Sie einen anderen Browser.
trial-code = Code für die Praxis:
trial-code-hint = Wenn Sie dort anrufen, nennen Sie diesen Code: Er sagt, was die Prüfung gefunden hat, und nichts über Sie.

trial-what = Was wird geprüft?
trial-what-text = Ob Ihr Browser alles kann, ob Kamera und Mikrofon aufgehen, ob Ihr Netz den Weg zum Server und von dort zurück freigibt, und ob der Browser eine Verbindung aufbaut: zur Probe nur mit sich selbst. Für das Tempo lädt er ein Stück dieser Seite herunter; das ist eine grobe Schätzung, und das Hochladen wird nicht gemessen. Das Ergebnis bleibt in Ihrem Browser.

trial-read = Code aus der Prüfung des Patienten
trial-read-hint = Sechs Zeichen. Groß oder klein ist gleich.
trial-read-wrong = Das ist kein solcher Code. Bitte lassen Sie ihn sich noch einmal vorlesen.
trial-read-browser = { $browser } auf { $system }.
trial-read-in-app = Die Seite war in einer anderen App offen: Der Patient soll den Link im Browser öffnen.
