# Misafirlerin muayenehanelerinden aldıkları: posta, kısa mesaj, takvim kaydı, danışmadan verilen kâğıt. Hiçbirinde kişinin adı ya da geliş nedeni yazmaz.
# Kısa mesajlar kısadır: Türkçe harfler yüzünden bir mesaja yalnızca 70 karakter sığar.
invite-summary = Görüntülü muayene
invite-summary-cancelled = İptal: Görüntülü muayene

invite-subject-new = Görüntülü muayene: { $date }, saat { $time }
invite-subject-moved = Yeni randevu: Görüntülü muayene, { $date }, saat { $time }
invite-subject-reminder = Hatırlatma: Görüntülü muayene, { $date }, saat { $time }
invite-subject-cancelled = İptal: Görüntülü muayene, { $date }, saat { $time }
invite-subject-hour = Açık görüntülü muayene saatimiz

invite-greeting = İyi günler,
invite-opening-new = { $part ->
    [companion] Görüntülü muayenemize birine refakat ediyorsunuz: { $day }, saat { $time } ({ $zone }).
    [interpreter] Görüntülü muayenemizde tercümanlık yapıyorsunuz: { $day }, saat { $time } ({ $zone }).
    [colleague] Görüntülü muayenemize meslektaş olarak katılıyorsunuz: { $day }, saat { $time } ({ $zone }).
   *[patient] Görüntülü muayene randevunuz: { $day }, saat { $time } ({ $zone }).
}
invite-opening-moved = Görüntülü muayenenin yeni zamanı: { $day }, saat { $time } ({ $zone }). Önceki randevu artık geçerli değildir. Bağlantınız aynı kaldı.
invite-opening-reminder = Hatırlatma: Görüntülü muayenenin zamanı { $day }, saat { $time } ({ $zone }).
invite-opening-cancelled = { $day }, saat { $time } için planlanan görüntülü muayene yapılmayacak. Bağlantısı artık geçerli değildir.
invite-opening-hour = Açık görüntülü muayene saatimize randevusuz gelebilirsiniz. Ne zaman açık olduğunu bizden öğrenebilirsiniz.
invite-link = Zamanı gelince lütfen bu bağlantıyı açın:
invite-link-hour = Bu süre içinde lütfen bu bağlantıyı açın:
invite-link-known = Lütfen daha önce bizden aldığınız bağlantıyı kullanın.
invite-how = Program yüklemeniz ya da kayıt olmanız gerekmez; kamerası ve mikrofonu olan güncel bir tarayıcı yeterlidir. Bekleme odası saat { $opens } itibarıyla açılır.
invite-how-hour = Program yüklemeniz ya da kayıt olmanız gerekmez; kamerası ve mikrofonu olan güncel bir tarayıcı yeterlidir. Size ait bir bekleme odasına girersiniz: Orada sizi başka kimse görmez ve duymaz. Sırayla içeri alıyoruz.
invite-check = Cihazınız hazır mı? Önceden deneyebilirsiniz:
invite-private = Bağlantı yalnızca sizin içindir. Lütfen kimseye vermeyin.
invite-phone = Bir sorun olursa bizi arayın: { $phone }
invite-phone-cancelled = Yeni bir randevu için lütfen bizi arayın: { $phone }
invite-regards = Saygılarımızla

invite-sms-new = { $practice }: Görüntülü muayene { $date }, saat { $time }. { $link }
invite-sms-new-short = Görüntülü muayene { $date } { $time }: { $link }
invite-sms-new-shortest = Randevu { $date } { $time }: { $link }
invite-sms-moved = { $practice }: Görüntülü muayenenin yeni zamanı: { $date }, saat { $time }. Bağlantı aynı: { $link }
invite-sms-moved-short = Yeni randevu: { $date } { $time }. { $link }
invite-sms-moved-shortest = Yeni: { $date } { $time }: { $link }
invite-sms-reminder = { $practice }: Görüntülü muayene hatırlatması: { $date }, saat { $time }. { $link }
invite-sms-reminder-short = Görüntülü muayene { $date } { $time }: { $link }
invite-sms-reminder-shortest = Randevu { $date } { $time }: { $link }
invite-sms-cancelled = { $practice }: { $date }, saat { $time } için planlanan görüntülü muayene yapılmayacak.
invite-sms-cancelled-short = { $date }, saat { $time } görüntülü muayenesi yapılmayacak.
invite-sms-cancelled-shortest = { $date } { $time } randevusu iptal.
invite-sms-moved-known = { $practice }: Görüntülü muayenenin yeni zamanı: { $date }, saat { $time }. Bağlantınız aynı kalıyor.
invite-sms-reminder-known = { $practice }: Görüntülü muayene hatırlatması: { $date }, saat { $time }. Lütfen daha önce aldığınız bağlantıyı kullanın.
invite-sms-hour = { $practice }: Açık görüntülü muayene saati, randevusuz: { $link }
invite-sms-hour-short = Açık görüntülü muayene: { $link }
invite-sms-hour-shortest = Görüntülü muayene: { $link }

sheet-title = Görüntülü muayene
sheet-title-hour = Açık görüntülü muayene saati
sheet-lead = { $part ->
    [companion] Muayenemize birine refakat ediyorsunuz. Bu kâğıtla birlikte görüntülü görüşüyoruz.
    [interpreter] Muayenemizde tercümanlık yapıyorsunuz. Bu kâğıtla birlikte görüntülü görüşüyoruz.
    [colleague] Muayenemize meslektaş olarak katılıyorsunuz. Bu kâğıtla birlikte görüntülü görüşüyoruz.
   *[patient] Sizinle görüntülü görüşüyoruz. Program yüklemeniz ya da kayıt olmanız gerekmez.
}
sheet-lead-hour = Açık görüntülü muayene saatimizde bize randevusuz, görüntülü olarak gelin.
sheet-time = saat { $time }
sheet-code = Görüntülü muayenenin bağlantısını içeren QR kodu
sheet-steps = Nasıl yapılır?
sheet-scan = Randevu saatinizde telefonunuzun kamerasını açın. Kareye tutun. Çıkan bağlantıya dokunun.
sheet-scan-hour = Telefonunuzun kamerasını açın. Kareye tutun. Çıkan bağlantıya dokunun.
sheet-name = Adınızı yazın. Kameraya ve mikrofona izin verin.
sheet-wait = Sayfada kalın. Sizi içeri alacağız.
sheet-opens = Bekleme odası saat { $opens } itibarıyla açılır.
sheet-trouble = Olmuyor mu?
sheet-trouble-text = Sayfayı kapatın ve kamerayı kareye bir kez daha tutun.
sheet-trouble-call = İşe yaramazsa lütfen bizi arayın:
sheet-trouble-practice = İşe yaramazsa lütfen muayenehaneye başvurun.
sheet-private = Bu kâğıt yalnızca sizin içindir: Kare, sizin bekleme odanıza götürür. Görüşme cihazdan cihaza şifreli gider ve kaydedilmez.
sheet-private-hour = Kendi odanızda beklersiniz: Sizi başka kimse görmez ve duymaz. Görüşme cihazdan cihaza şifreli gider ve kaydedilmez.
