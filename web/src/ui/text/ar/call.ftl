# المحادثة.
call-with = محادثة مع { $name }
call-connected = تم توصيلك مع { $name }.
call-duration = المدة { $time }
call-connection = الاتصال والأمان

call-path-direct = مباشر
call-path-relayed = عبر محطة وسيطة
call-path-direct-explained = تنتقل الصورة والصوت من جهازك إلى الجهاز الآخر دون وسيط.
call-path-relayed-explained = تنقل محطة تابعة لعيادتك البيانات. البيانات مشفّرة: لا تستطيع المحطة سماعها ولا قراءتها.
call-safety-code = رمز الأمان
call-safety-explained = يُرجى أن يقرأ كل منكما الأرقام الستة للآخر. إذا كانت متطابقة فلا أحد بينكما: لا يرى هذه المحادثة ولا يسمعها غيرك وغير { $name }.
call-quality-good = اتصال جيد
call-quality-fair = اتصال ضعيف قليلاً
call-quality-poor = اتصال ضعيف
call-quality-cause-none = تصل الصورة والصوت بشكل جيد.
call-quality-cause-loss = يضيع جزء من البيانات في الطريق. يتحسن الأمر غالباً بالاقتراب من جهاز Wi-Fi أو باستخدام كابل الشبكة.
call-quality-cause-delay = تصل الصورة والصوت متأخرين. يُرجى ترك وقت أطول قليلاً للرد.
call-quality-cause-bandwidth = الشبكة بطيئة حالياً. يُرجى إيقاف التنزيلات الأخرى أو إغلاق الكاميرا.

call-their-camera = صورة { $name }
call-their-screen = شاشة معروضة من { $name }
call-camera-is-off = الكاميرا مغلقة
call-microphone-is-off = الميكروفون مغلق
call-own-picture = صورتك: النقل إلى زاوية أخرى
call-own-camera-off = كاميرتك مغلقة
call-camera-opens = جارٍ تشغيل الكاميرا …
call-sharing = أنت تعرض شاشتك
call-stop-sharing = إيقاف
call-hear = اضغط هنا لسماع الصوت

call-interrupted = انقطع الاتصال
call-coming-back = لحظات ويعود الاتصال مع { $name }
call-mending = نعيد الاتصال تلقائياً. يُرجى البقاء في هذه الصفحة.
call-own-network = لا يوجد اتصال بالإنترنت على جهازك حالياً. تستمر المحادثة فور عودته.
call-interrupted-since = منذ { $time }

call-controls = التحكم بالمحادثة
call-microphone = الميكروفون
call-mute = كتم الميكروفون
call-camera = الكاميرا
call-camera-off = إغلاق الكاميرا
call-screen = الشاشة
call-share = عرض الشاشة
call-chat = الرسائل
call-chat-unread = { $count ->
    [zero] الرسائل، لا رسائل جديدة
    [one] الرسائل، رسالة جديدة واحدة
    [two] الرسائل، رسالتان جديدتان
    [few] الرسائل، { $count } رسائل جديدة
    [many] الرسائل، { $count } رسالة جديدة
   *[other] الرسائل، { $count } رسالة جديدة
}
call-devices = الأجهزة
call-fullscreen = ملء الشاشة
call-small-window = نافذة
call-hang-up = إنهاء
call-leaving-title = ملفات لم تُحفظ بعد
call-leaving-text = { $count ->
    [zero] حُفظت كل الملفات.
    [one] لم يُحفظ ملف واحد بعد. يبقى حفظه ممكناً بعد إنهاء المحادثة ما دامت هذه الصفحة مفتوحة.
    [two] لم يُحفظ ملفان بعد. يبقى حفظهما ممكناً بعد إنهاء المحادثة ما دامت هذه الصفحة مفتوحة.
    [few] لم تُحفظ { $count } ملفات بعد. يبقى حفظها ممكناً بعد إنهاء المحادثة ما دامت هذه الصفحة مفتوحة.
    [many] لم يُحفظ { $count } ملفاً بعد. يبقى حفظها ممكناً بعد إنهاء المحادثة ما دامت هذه الصفحة مفتوحة.
   *[other] لم يُحفظ { $count } ملف بعد. يبقى حفظها ممكناً بعد إنهاء المحادثة ما دامت هذه الصفحة مفتوحة.
}

call-panel = الرسائل والملفات
call-messages = الرسائل
call-files = الملفات
call-chat-empty = ما يُكتب هنا لا يقرؤه إلا الطرف الآخر. ويُحذف بعد المحادثة.
call-from-me = رسالتك:
call-from-peer = رسالة الطرف الآخر:
call-seen = مقروءة
call-sent = مُرسلة
call-write = كتابة رسالة
call-send = إرسال
call-read = قراءة رسالة جديدة من { $name }
call-new-message = رسالة جديدة من { $name }
call-too-long = الرسالة طويلة جداً: عدد الأحرف { $length }، والحد الأقصى { $most }.
call-not-sent = تعذّر الإرسال حالياً. يُرجى المحاولة مرة أخرى بعد قليل.

call-attach = إرسال ملف
call-drop = إفلات الملف لإرساله إلى { $name }
call-file-too-large = حجم { $name } كبير جداً. الحد الأقصى { $most }.
call-file-not-now = لا يمكن إرسال { $name } حالياً. يُرجى الانتظار حتى تصل الملفات الأخرى.
call-file-cancel = إلغاء { $name }
call-file-progress = تقدّم { $name }
call-file-save = حفظ { $name }
call-file-save-short = حفظ
call-file-saved = تم الحفظ
call-file-offered-me = في الانتظار
call-file-offered-peer = سيصل بعد قليل
call-file-sending = أُرسل { $share } %
call-file-receiving = استُلم { $share } %
call-file-done-me = وصل
call-file-done-peer = مكتمل
call-file-refused-too-large = أكبر من المسموح لدى المستلم
call-file-refused-declined = لم يُقبل
call-file-refused-no-space = لا توجد مساحة كافية لدى المستلم
call-file-cancelled-me = أُلغي من جهتك
call-file-cancelled-peer = ألغاه الطرف الآخر
call-file-failed-connection = توقف: انقطع الاتصال
call-file-failed-damaged = وصل تالفاً، يُرجى إرساله مرة أخرى
call-file-failed-read = تعذّرت قراءة الملف
call-file-failed-write = تعذّر حفظ الملف هنا
