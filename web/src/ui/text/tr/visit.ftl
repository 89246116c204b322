# Hastanın yolu: bağlantı, deneme, bekleme odası, son.
visit-title-in-call = Sıra sizde
visit-appointment = Görüntülü muayene randevunuz
visit-appointment-with = Görüntülü muayene: { $practice }
visit-when = { $day }, saat { $time }

asking-offline-title = İnternet bağlantısı yok
asking-offline-text = Lütfen Wi-Fi ya da mobil veri bağlantınızı kontrol edin.
asking-unavailable-title = Sunucu şu anda yanıt vermiyor
asking-unavailable-text = Bunun nedeni siz değilsiniz. Çoğunlukla kısa sürer.
asking-slow-down-title = Ağınızdan çok fazla deneme yapıldı
asking-slow-down-text = Ağınızdan az önce geçersiz çok sayıda bağlantı açıldı. Lütfen biraz bekleyin.
asking-again = Kendiliğinden tekrar deniyoruz.

early-title = Erken geldiniz
early-text = Bekleme odası { $day } günü saat { $time } itibarıyla açılır.
early-days = { $count ->
    [one] bir gün kaldı
   *[other] { $count } gün kaldı
}
early-stay = Bu sayfayı açık bırakın: Zamanı gelince kendiliğinden devam eder.
early-come-back = Bağlantıyı randevu gününde bir kez daha açın.
early-check = Cihazınızı ve ağınızı şimdiden deneyin
early-check-text = On saniye sürer ve yeni bir pencerede açılır.

consent-verified = { $practice } – doğrulandı
consent-verified-explained = Bu bağlantı gerçekten bu muayenehaneye aittir: Tarayıcınız dijital imzayı kontrol etti.
consent-as = Katılan kişi: { $name }
consent-as-signed = Onayınız imzalandı. Bağlanır bağlanmaz şu muayenehaneye gider: { $practice }.
consent-as-unsigned = Bir onay imzalamadınız.

check-name = Adınız ve soyadınız
check-name-hint = Adınız doğrudan tarayıcınızdan yalnızca buraya gider: { $practice }. Sunucu adınızı öğrenmez.
check-name-missing = Lütfen adınızı yazın.
check-alone = Kimsenin sizi duymadığı sessiz bir yer bulun.
check-private = Görüşme şifrelidir. Görüşmeyi yalnızca siz ve { $practice } görür ve duyar; hiçbir şey kaydedilmez.
check-not-yet = Görüntünüz ve sesiniz ancak muayenehane sizi içeri aldığında gönderilir.
check-continue = Bekleme odasına geç
check-line = Bağlantıyı da dene

self-title = Görünüyor ve duyuluyor musunuz?
self-explained = Tarayıcınız birazdan kamera ve mikrofon için izin isteyecek. Lütfen ikisine de izin verin. { $practice } sizi henüz görmüyor.
self-the-practice = muayenehane
self-open = Kamerayı aç
self-opening = Kamera açılıyor …
self-allow = Tarayıcınız sorarsa lütfen kameraya ve mikrofona izin verin.
self-camera-off = Kamera kapalı
self-camera = Kamera
self-microphone = Mikrofon
self-on = açık
self-off = kapalı
self-speak = Bir şey söyleyin.
self-heard = Sesiniz duyuluyor.
self-change = Cihazları değiştir ve dene

waiting-joining-title = Bekleme odasını açıyoruz
waiting-joining-text = Bir dakika lütfen.
waiting-offline-title = İnternet bağlantısı yok
waiting-offline-text = Lütfen Wi-Fi ya da mobil veri bağlantınızı kontrol edin. Bağlantı geri gelir gelmez kendiliğinden devam eder.
waiting-unavailable-title = Sunucu şu anda yanıt vermiyor
waiting-unavailable-text = Bunun nedeni siz değilsiniz. Kendiliğinden denemeye devam ediyoruz; lütfen bu sayfada kalın.
waiting-absent-title = Bekleme odasındasınız
waiting-absent-text = Muayenehane henüz burada değil. Bir şey yapmanız gerekmez: Gelir gelmez bağlanacaksınız.
waiting-away-title = Muayenehane birazdan geri dönecek
waiting-away-text = Muayenehanenin bağlantısı şu anda kesik. Lütfen bu sayfada kalın.
waiting-connecting-title = Muayenehane burada
waiting-connecting-text = Doğrudan bağlantıyı kuruyoruz. Bu yalnızca birkaç saniye sürer.
waiting-lobby-title = Muayenehane beklediğinizi görüyor
waiting-lobby-text = Bağlantı kuruldu. Size zaman ayrılır ayrılmaz içeri alınacaksınız.
waiting-held-title = Bir dakika lütfen
waiting-held-text = Muayenehane sizi birazdan geri alacak. Bu sırada sizi kimse görmez ve duymaz.
waiting-since = Saat { $time } itibarıyla bekliyorsunuz: { $practice }.
waiting-part-companion = Refakatçi olarak katılıyorsunuz.
waiting-part-interpreter = Tercüman olarak katılıyorsunuz.
waiting-part-colleague = Meslektaş olarak katılıyorsunuz.
waiting-written = Muayenehanenin mesajları
waiting-written-at = Muayenehaneden, saat { $time }
waiting-ready = Göstermek istediklerinizi hazır tutun: ilaçlar, raporlar, sigorta kartınız.
waiting-sound = Sesi açık bırakın: Görüşme başlarken bir işaret sesi duyarsınız.
waiting-leave = Bekleme odasından çık
waiting-leave-title = Gerçekten çıkmak istiyor musunuz?
waiting-leave-text = Muayenehane çıktığınızı görür. Bağlantınızla geri gelebilirsiniz.
waiting-stay = Burada kal
waiting-steps = Geldiğiniz aşama
waiting-step-arrived = Geldiniz
waiting-step-waiting = Bekleme odası
waiting-step-connected = Bağlandınız
waiting-step-talking = Görüşme

no-path-title = Buradan bağlantı kurulamıyor
no-path-text = Sizin ağınız ya da muayenehanenin ağı doğrudan bağlantıya izin vermiyor. Çoğunlukla şunlar yardımcı olur:
no-path-network = Ağı değiştirin: Wi-Fi yerine mobil veri ya da tersi. Bir telefonun erişim noktası da olur.
no-path-vpn = VPN kullanıyorsanız kapatın.
no-path-phone = Olmazsa lütfen muayenehaneyi telefonla arayın.
no-path-trying = Denemeye devam ediyoruz.

over-ended-title = Görüşme sona erdi
over-ended-text = Görüşmeden hiçbir şey saklanmadı, bağlantı da. Yeniden girmek isterseniz lütfen mesajınızdaki bağlantıyı açın.
over-hung-up-title = Görüşmeyi kapattınız
over-hung-up-text = Teşekkür ederiz. Kamera ve mikrofon kapalı, görüşmeden hiçbir şey saklanmadı. Bu sayfayı kapatabilirsiniz.
over-peer-left-title = Görüşme sona erdi
over-peer-left-text = Geldiğiniz için teşekkür ederiz. Kamera ve mikrofon kapalı, görüşmeden hiçbir şey saklanmadı. Bu sayfayı kapatabilirsiniz.
over-link-damaged-title = Bağlantı eksik
over-link-damaged-text = Bağlantının bir parçası size ulaşırken kaybolmuş ya da değişmiş. Lütfen bağlantıyı doğrudan mesajdan açın ya da son karaktere kadar tamamını kopyalayın. İşe yaramazsa muayenehaneden yenisini isteyin.
over-untrusted-title = Bu bağlantı güvenilir değil
over-untrusted-text = Karşı tarafın gerçekten { $practice } olduğundan emin olamadık ve bu yüzden bağlantıyı kestik. Kamera ve mikrofon kapalı. Tekrar denemeden önce lütfen muayenehaneyi telefonla arayın.
over-invite-invalid-title = Bu bağlantı geçerli değil
over-invite-invalid-text = Belki randevu iptal edildi ya da muayenehane size daha yeni bir bağlantı gönderdi. Emin değilseniz lütfen muayenehaneye sorun.
over-invite-used-title = Bu bağlantı daha önce kullanıldı
over-invite-used-text = Bağlantı yalnızca belirli sayıda tarayıcıda geçerlidir. Lütfen ilk açtığınız yerde açın ya da muayenehaneden yenisini isteyin.
over-over-title = Bu randevunun zamanı geçti
over-over-text = Başka bir şeye ihtiyacınız varsa lütfen muayenehaneye başvurun.
over-closed-title = Muayenehane bu randevuyu kapattı
over-closed-text = Randevu bitirildi, iptal edildi ya da bağlantı geri çekildi. Kamera ve mikrofon kapalı. Sorularınız için lütfen muayenehaneye başvurun.
over-occupied-title = Bu yer dolu
over-occupied-text = Bağlantı şu anda başka bir tarayıcıda açık. Onu orada kapatın; yarım dakika sonra yer boşalır.
over-evicted-title = Muayenehane sizi bekleme odasından çıkardı
over-evicted-text = Bu bir yanlışlıksa yeniden girebilirsiniz.
over-taken-over-title = Başka bir sekmede devam ettiniz
over-taken-over-text = Görüşme orada sürüyor. Bu sekme kapatılabilir.
over-signed-out-title = Bu cihazın oturumu kapatıldı
over-signed-out-text = Bu cihaz artık muayenehane adına konuşamaz.
over-failed-title = Bir şeyler ters gitti
over-failed-text = İki tarayıcı birbiriyle anlaşamadı. Sayfayı yeniden yükleyin; işe yaramazsa lütfen güncel bir tarayıcı kullanın.
over-again = Bekleme odasına dön
over-go-on-here = Burada devam et
over-reload = Sayfayı yeniden yükle
over-files-title = Görüşmeden kalan dosyalar
over-files-text = Şimdi kaydedin: Bu sayfayı kapatınca dosyalar silinir.
over-files-saved = Hepsi kaydedildi.

word-late = Gecikeceğim
word-cancel = Gelemiyorum
word-how-late = Kaç dakika gecikeceksiniz?
word-minutes = { $minutes } dk.
word-sending = Muayenehaneye bildiriyoruz …
word-told = Muayenehaneye bildirildi
word-told-late = Yaklaşık { $minutes } dakika geç geleceksiniz. Bağlantınız geçerli kalır.
word-told-cancel = Gelemiyorsunuz. Yeni bir randevu için lütfen muayenehaneye başvurun.
word-change = Değiştir
word-failed = Bu iletilemedi
word-cancel-title = Gerçekten gelemiyor musunuz?
word-cancel-text = Muayenehaneye bildiririz. Randevuyu muayenehane iptal eder; bağlantınız o zamana kadar geçerli kalır.
word-cancel-no = Hayır, geleceğim
word-cancel-yes = Evet, gelemiyorum

drop-in = Açık muayene saati
drop-in-title = Açık muayene saati: { $practice }
drop-in-until = Randevusuz, bitiş saati { $time }. Önce gelen önce alınır.
drop-in-closed-title = Muayene saati şu anda kapalı
drop-in-closed-text = Bu sayfayı açık bırakın: Açılır açılmaz kendiliğinden devam eder.
drop-in-closed-again = Kendiliğinden bakıyoruz.
drop-in-failed-title = Bekleme odası açılmadı
drop-in-failed-text = Lütfen internet bağlantınızı kontrol edin ve tekrar deneyin.

later-title = Bu sayfanın bir bölümü yüklenemedi
later-text = Lütfen internet bağlantınızı kontrol edin. Kendiliğinden tekrar deniyoruz.
later-reload = Sayfayı yeniden yükle
