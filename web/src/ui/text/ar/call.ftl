# المحادثة.
call-with = محادثة مع { $name }
call-connected = تم توصيلك مع { $name }.
call-duration = المدة { $time }
call-connection = الاتصال والأمان
call-facts-title = الاتصال والأمان. بدون تسجيل: لا يستطيع Visite التسجيل.

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
call-move-picture = نقل الصورة إلى زاوية أخرى: { $name }
call-own-camera-off = كاميرتك مغلقة
call-camera-opens = جارٍ تشغيل الكاميرا …
call-sharing = أنت تعرض شاشتك
call-stop-sharing = إيقاف
call-hear = اضغط هنا لسماع الصوت

call-interrupted = انقطع الاتصال
call-coming-back = لحظات ويعود الاتصال مع { $name }
call-mending = نعيد الاتصال تلقائياً. يُرجى البقاء في هذه الصفحة.
call-own-network = لا يوجد اتصال بالإنترنت على جهازك حالياً. تستمر المحادثة فور عودته.
call-other-away = انقطع الإنترنت لدى الطرف الآخر أو أُغلقت صفحته. تستمر المحادثة تلقائياً فور عودته.
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
call-small-window-label = نافذة صغيرة مستقلة
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
call-files-to-practice = الملفات المُرسلة منك تصل إلى العيادة فقط.
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

call-more = المزيد
call-on = مفتوح
call-off = مغلق
call-people = الأشخاص
call-people-hint = يمكن أن يبقى شخصان كبيرين في الوقت نفسه، مثل الطبيب والمترجم.
call-part-practice = العيادة
call-part-patient = المريض
call-part-companion = المرافق
call-part-interpreter = الترجمة الفورية
call-part-colleague = زميل في المهنة
call-state-connecting = جارٍ الاتصال
call-state-interrupted = انقطع الاتصال
call-person-connecting = جارٍ الاتصال: { $name } …
call-person-interrupted = انقطع الاتصال مع { $name }. سيعود تلقائياً.
call-also-here = في المحادثة أيضاً: { $names }
call-remove = إخراج { $name } من المحادثة
call-remove-sure = تأكيد الإخراج
call-you = أنت
call-pin = عرض { $name } بحجم كبير
call-pin-short = كبير
call-pin-next = عرض الشخص التالي بحجم كبير
call-swap = تبديل الصورتين
call-view-speaker = عرض المتحدث بحجم كبير
call-own-see = رؤية صورتك
call-own-hide = إخفاء صورتك
call-own-show = إظهار صورتك
call-said-pinned = معروض بحجم كبير: { $names }
call-said-no-pin = لا أحد مثبّت.
call-said-view-grid = الجميع بالحجم نفسه.
call-said-view-speaker = يُعرض المتحدث بحجم كبير.
call-said-own-hidden = صورتك مخفية لديك. يبقى الآخرون يرونك.
call-said-own-shown = صورتك ظاهرة.
call-said-microphone-on = الميكروفون مفتوح.
call-said-microphone-off = الميكروفون مغلق.
call-said-camera-on = الكاميرا مفتوحة.
call-said-camera-off = الكاميرا مغلقة.
call-said-screen-off = شاشتك غير معروضة.

call-weak = توقفت الصورة مؤقتاً لأن الاتصال ضعيف. يستمر الصوت.
call-own-paused = توقفت صورتك مؤقتاً لأن اتصالك ضعيف. يبقى صوتك مسموعاً، وتعود الصورة تلقائياً.
call-own-paused-short = توقفت صورتك مؤقتاً
call-save-data = توفير البيانات: صورة أصغر
call-unplugged-microphone = لم يعد الميكروفون موصولاً. المستخدم الآن: { $now }.
call-unplugged-camera = لم تعد الكاميرا موصولة. المستخدم الآن: { $now }.
call-unplugged-speaker = لم يعد مكبّر الصوت موصولاً. المستخدم الآن: { $now }.
call-unplugged-choose = اختيار جهاز

call-encrypted = مشفّر من جهاز إلى جهاز
call-encrypted-explained = الصورة والصوت والرسائل والملفات متاحة فقط لمن هم في هذه المحادثة. حتى خادم العيادة لا يستطيع الاطلاع عليها.
call-no-recording = بدون تسجيل
call-no-recording-explained = لا يستطيع Visite التسجيل: لا يوجد في هذا البرنامج ما يتيح ذلك، لدى أي من الطرفين.
call-round-trip = ذهاباً وإياباً { $time } ملي ثانية
call-code-same = الأرقام متطابقة
call-code-was-same = تمت المقارنة: متطابق

call-shortcuts = اختصارات لوحة المفاتيح
call-shortcuts-on = استخدام اختصارات لوحة المفاتيح
call-shortcuts-hint = لا تعمل أثناء الكتابة. إذا كان التحكم الصوتي أو وسيلة مساعدة أخرى يشغّلها، فيُرجى إيقافها.

call-notes = ملاحظات
call-notes-hint = تبقى في هذه الصفحة فقط: لا تُرسل ولا تُحفظ. وتُحذف بعد المحادثة.
call-notes-save = حفظ كنص
call-notes-left = انتهت المحادثة. يُرجى نسخ ملاحظاتك أو حفظها قبل مغادرة هذه الصفحة.
call-leaving-notes-title = ستُحذف ملاحظاتك
call-leaving-notes-text = تُحذف ملاحظاتك عند إنهاء المحادثة. يُرجى نسخها أو حفظها أولاً عند الحاجة إليها.
call-hang-up-and-forget = إنهاء وحذف الملاحظات

call-hold = انتظار
call-hold-label = انتظار: العودة إلى غرفة الانتظار
call-photo = صورة
call-photo-label = طلب صورة
photo-title = طلب صورة
photo-explained = يُطلب الإذن من { $name } وتظهر الصورة هناك أولاً. تصل الصورة بدقة الكاميرا الكاملة وتُحفظ مباشرةً على القرص لديك.
photo-no-consent = لا توجد موافقة على الصور
photo-no-consent-text = لا توجد موافقة من { $name } على إرسال الصور.
photo-choose-place = اختيار المكان …
photo-request = طلب صورة
photo-withdraw = سحب الطلب
photo-file = صورة
photo-saved = تم حفظ { $name } ({ $size }).
photo-not-saved = تعذّر حفظ { $name } ({ $size }) هناك. توجد الصورة بين ملفات هذه المحادثة.
photo-practice-asked = يُطلب الإذن من { $name } …
photo-practice-sending = جارٍ وصول الصورة …
photo-practice-refused = لا رغبة لدى { $name } في إرسال صورة الآن.
photo-practice-withdrawn = سُحب الطلب. لن تصل أي صورة.
photo-practice-failed = لم ينجح ذلك. يمكنك الطلب مرة أخرى.
photo-practice-came = وصلت الصورة.
photo-question = طلب صورة منك: { $name }
photo-what = تلتقط الكاميرا صورة واحدة فقط بالدقة الكاملة. تراها قبل إرسالها. لا يحصل عليها إلا { $name }، وتُحفظ هناك. ولا تحتوي على المكان أو الوقت.
photo-advice = يُرجى وضع الموضع المطلوب في الضوء وتثبيت الكاميرا.
photo-camera-off = الكاميرا مغلقة. ما تعرضه من أجل الصورة تراه وحدك أولاً.
photo-camera-on = تشغيل الكاميرا
photo-take = التقاط الصورة
photo-yours = صورتك
photo-look = هذه صورتك. لا تصل إلى { $name } إلا عند الضغط على «إرسال».
photo-again = مرة أخرى
photo-send = إرسال
photo-discard = عدم الإرسال
photo-refuse = ليس الآن
photo-progress = تقدّم الصورة
photo-guest-taking = يُرجى الثبات …
photo-guest-sending = جارٍ إرسال الصورة …
photo-guest-withdrawn = لم تعد هناك حاجة إلى الصورة لدى { $name }. لم يُرسل أي شيء.
photo-guest-failed = لم تنجح الصورة. لم يُرسل أي شيء.
photo-guest-came = وصلت الصورة إلى { $name }.

receipt-title = إيصال هذه المحادثة
receipt-title-with = إيصال: محادثة مع { $name }
receipt-dismiss = إخفاء
receipt-file = إيصال
receipt-practice = العيادة
receipt-time = الوقت
receipt-span = { $day }، من { $begin } إلى { $end } { $zone }
receipt-length = المدة
receipt-people = المشاركون
receipt-path = مسار البيانات
receipt-unknown = غير معروف
receipt-encryption = التشفير
receipt-encrypted = من جهاز إلى جهاز ({ $suites })
receipt-encrypted-plain = من جهاز إلى جهاز
receipt-code = رمز الأمان
receipt-code-compared = تمت المقارنة: متطابق
receipt-code-not-compared = لم تتم المقارنة
receipt-agreed = الموافقة
receipt-agreed-not-asked = لم تُطلب
receipt-agreed-refused = لم تُعطَ
receipt-agreed-yes = { $item }: تمت الموافقة
receipt-agreed-no = { $item }: بدون موافقة
receipt-agreed-revoked = { $item }: تمت الموافقة ثم سُحبت
receipt-files = الملفات والصور
receipt-no-files = لا شيء
receipt-file-me = { $kind ->
    [photo] صورة مُرسلة: { $name } ({ $size })
   *[file] أُرسل: { $name } ({ $size })
}
receipt-file-peer = { $kind ->
    [photo] صورة مستلمة: { $name } ({ $size })
   *[file] استُلم: { $name } ({ $size })
}
receipt-recording = التسجيل
receipt-recording-none = لا يوجد: لا يستطيع Visite التسجيل
receipt-note = أنشأ متصفحك هذا الإيصال. الأسماء كما سمّى كل شخص نفسه. لا يُحفظ في أي مكان آخر، ويختفي مع هذه الصفحة.
receipt-save-pdf = حفظ بصيغة PDF
receipt-save-text = حفظ كنص
receipt-save-failed = تعذّر إنشاء ملف PDF. يُرجى حفظ الإيصال كنص أو المحاولة مرة أخرى.
