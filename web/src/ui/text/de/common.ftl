# Was alle Seiten sagen.
product = Visite
language-switch = Sprache
language-failed = { $language } kann gerade nicht geladen werden. Bitte prüfen Sie Ihre Internetverbindung und versuchen Sie es noch einmal.

cancel = Abbrechen
close = Schließen
copy = Kopieren
copied = Kopiert
copy-failed = Kopieren ist hier nicht möglich. Bitte markieren Sie den Text und kopieren Sie ihn von Hand.
retry = Noch einmal versuchen
busy = Einen Moment …

start-title = Videosprechstunde
start-lead = Hier treffen sich Praxis und Patient zum Gespräch per Video: von Browser zu Browser verschlüsselt, ohne Anmeldung und ohne Installation.
start-patient-title = Sie haben einen Termin?
start-patient-text = Öffnen Sie den Link, den Sie von Ihrer Praxis bekommen haben. Er führt Sie geradewegs in das Wartezimmer; auf dieser Seite müssen Sie nichts eingeben.
start-patient-lost = Kein Link da, oder er geht nicht auf? Ihre Praxis schickt Ihnen gern einen neuen.
start-check = Kamera und Ton vor dem Termin prüfen
start-practice-title = Sie gehören zur Praxis?
start-practice-text = Termine anlegen, Links verschicken und Patienten hereinbitten.
start-practice-link = Zur Praxis
start-privacy = Bild, Ton, Nachrichten und Dateien gehen nur zwischen den beiden Beteiligten hin und her. Der Server vermittelt die Verbindung und erfährt nichts vom Gespräch.
footer-privacy = Ende-zu-Ende verschlüsselt · keine Cookies · nichts wird aufgezeichnet
