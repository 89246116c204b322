# Bütün sayfaların söyledikleri.
product = Visite
language-switch = Dil
language-failed = { $language } şu anda yüklenemiyor. Lütfen internet bağlantınızı kontrol edin ve tekrar deneyin.

cancel = Vazgeç
close = Kapat
copy = Kopyala
copied = Kopyalandı
copy-failed = Burada kopyalama yapılamıyor. Lütfen metni seçip elle kopyalayın.
retry = Tekrar dene
busy = Bir dakika lütfen …

start-title = Görüntülü muayene
start-lead = Muayenehane ve hasta burada görüntülü olarak buluşur: tarayıcıdan tarayıcıya şifreli, kayıt olmadan ve hiçbir şey yüklemeden.
start-patient-title = Randevunuz mu var?
start-patient-text = Muayenehanenizin size gönderdiği bağlantıyı açın. Bağlantı sizi doğrudan bekleme odasına götürür; bu sayfaya bir şey yazmanız gerekmez.
start-patient-lost = Bağlantınız yok mu ya da açılmıyor mu? Muayenehaneniz size memnuniyetle yenisini gönderir.
start-check = Kamerayı ve sesi randevudan önce deneyin
start-practice-title = Muayenehanede mi çalışıyorsunuz?
start-practice-text = Randevu oluşturun, bağlantı gönderin ve hastaları içeri alın.
start-practice-link = Muayenehaneye git
start-privacy = Görüntü, ses, mesajlar ve dosyalar yalnızca görüşen iki kişi arasında gidip gelir. Sunucu yalnızca bağlantıyı kurar ve görüşmeden hiçbir şey öğrenmez.
footer-privacy = Uçtan uca şifreli · çerez yok · hiçbir şey kaydedilmez
