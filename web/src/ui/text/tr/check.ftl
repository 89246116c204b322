# Deneme: cihaz ve ağ, randevudan önce.
trial-title = Her şey hazır mı?
trial-lead = Randevunuzdan önce bu cihazın ve ağınızın hazır olup olmadığını deneyin. Yaklaşık on saniye sürer.
trial-begin = Şimdi dene
trial-again = Bir daha dene
trial-allow = Tarayıcınız birazdan kamera ve mikrofon için izin isteyecek. Lütfen ikisine de izin verin.
trial-private = Bu sırada sizi kimse görmez ve duymaz. Görüntü ve ses bu tarayıcıda kalır; sonunda ikisi de kapanır.
trial-answer = Tarayıcınız şu anda soruyor: Lütfen kameraya ve mikrofona izin verin.
trial-speak = Bir şey söyleyin: Çubuk hareket etmelidir.

trial-step-browser = Tarayıcı
trial-step-camera = Kamera
trial-step-microphone = Mikrofon
trial-step-speaker = Hoparlör
trial-step-server = Sunucuya giden yol
trial-step-router = Modeminiz
trial-step-connection = Bağlantı kurma
trial-step-speed = Hız
trial-waiting = sırada
trial-running = deneniyor …
trial-good = çalışıyor
trial-weak = tam değil
trial-bad = çalışmıyor
trial-skipped = denenmedi
trial-speed = yaklaşık { $speed } Mbit/s

trial-tone = Ses çal
trial-tone-question = Üç ses duydunuz mu?
trial-tone-yes = Evet
trial-tone-no = Hayır

trial-level-good = Her şey hazır
trial-level-limited = Her şey hazır değil
trial-level-bad = Burada bu şekilde çalışmıyor
trial-result-good = Deneyebildiğimiz her şey çalışıyor: Görüntülü görüşmeniz için burada bir engel yok.
trial-result-no-camera = Kamera açılmıyor. Duyabilir ve konuşabilirsiniz, ama görünmezsiniz.
trial-result-no-microphone = Mikrofon açılmıyor: Sesiniz duyulmaz. Başka bir mikrofon takın ya da başka bir cihaz kullanın.
trial-result-no-media = Kamera ve mikrofon açılmıyor. Böyle yalnızca izleyebilir, dinleyebilir ve yazabilirsiniz.
trial-result-router = Bu ağdan belki bağlantı kurulamaz. En iyisi başka bir ağ kullanın: mobil veri yerine Wi-Fi ya da tersi.
trial-result-relay = Bu ağdan görüşme muhtemelen yalnızca bu muayenehanenin izin verdiği ara istasyon üzerinden olur. Görüşme orada da şifrelidir. Olmazsa başka bir ağ kullanın.
trial-result-slow = Ağınız yavaş: Görüntü takılabilir. Modeme yaklaşın ya da başka bir ağ kullanın.
trial-result-unheard = Mikrofon hiçbir şey duymadı. Sessizde olup olmadığına bakın ve bir sonraki denemede konuşun.
trial-result-silent = Sesi duymadınız. Sesi açın ya da başka bir hoparlör veya kulaklık kullanın.
trial-result-unknown = Her şey denenemedi. Lütfen daha sonra tekrar deneyin.
trial-result-browser = Bu tarayıcı görüntülü görüşme yapamıyor. Lütfen Chrome, Edge, Firefox ya da Safari’nin yeni bir sürümünü kullanın.
trial-result-network = Bu ağ doğrudan görüntülü görüşmelere izin vermiyor. Başka bir ağ kullanın, örneğin Wi-Fi yerine mobil veri.
trial-result-connection = Bu tarayıcı bağlantı kurmuyor. VPN’i ve eklentileri kapatın ya da başka bir tarayıcı kullanın.
trial-code = Muayenehane için kod:
trial-code-hint = Orayı ararsanız bu kodu söyleyin: Kod, denemenin ne bulduğunu söyler; sizin hakkınızda hiçbir şey söylemez.

trial-what = Neler deneniyor?
trial-what-text = Tarayıcınızın her şeyi yapıp yapamadığı, kamera ile mikrofonun açılıp açılmadığı, ağınızın sunucuya gidiş ve dönüş yolunu açıp açmadığı ve tarayıcının bağlantı kurup kurmadığı: deneme için yalnızca kendisiyle. Hız için bu sayfanın bir parçasını indirir; bu kaba bir tahmindir ve yükleme hızı ölçülmez. Sonuç tarayıcınızda kalır.

trial-read = Hastanın denemesinden gelen kod
trial-read-hint = Altı karakter. Büyük ya da küçük harf fark etmez.
trial-read-wrong = Böyle bir kod yok. Lütfen bir kez daha okutun.
trial-read-browser = { $browser }, { $system }.
trial-read-in-app = Sayfa başka bir uygulamanın içinde açıktı: Hasta bağlantıyı tarayıcıda açmalıdır.
