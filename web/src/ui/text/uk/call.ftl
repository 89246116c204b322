# Розмова.
call-with = Розмова: { $name }
call-connected = З’єднання встановлено: { $name }.
call-duration = Тривалість { $time }
call-connection = З’єднання та безпека
call-facts-title = З’єднання та безпека. Без запису: Visite не може записувати.

call-path-direct = Напряму
call-path-relayed = Через проміжну станцію
call-path-direct-explained = Зображення й звук ідуть із Вашого пристрою до іншого без посередників.
call-path-relayed-explained = Дані передає далі станція Вашої практики. Їх зашифровано: станція не може ані слухати, ані читати їх.
call-safety-code = Код безпеки
call-safety-explained = Прочитайте одне одному шість цифр. Якщо вони однакові, між вами нікого немає: цю розмову бачите й чуєте лише Ви та { $name }.
call-quality-good = Добрий зв’язок
call-quality-fair = Дещо слабкий зв’язок
call-quality-poor = Слабкий зв’язок
call-quality-cause-none = Зображення й звук надходять добре.
call-quality-cause-loss = Частина даних губиться дорогою. Ближче до роутера Wi-Fi або з мережевим кабелем зазвичай стає краще.
call-quality-cause-delay = Зображення й звук надходять із затримкою. Давайте одне одному трохи більше часу на відповідь.
call-quality-cause-bandwidth = Мережа зараз повільна. Зупиніть інші завантаження або вимкніть свою камеру.

call-their-camera = Зображення: { $name }
call-their-screen = { $name } показує екран
call-camera-is-off = Камеру вимкнено
call-microphone-is-off = Мікрофон вимкнено
call-own-picture = Ваше зображення: в інший кут
call-move-picture = Зображення в інший кут: { $name }
call-own-camera-off = Вашу камеру вимкнено
call-camera-opens = Камера вмикається …
call-sharing = Ви показуєте свій екран
call-stop-sharing = Завершити
call-hear = Торкніться, щоб чути

call-interrupted = З’єднання перервано
call-coming-back = { $name } зараз повернеться
call-mending = Ми самі відновлюємо з’єднання. Залишайтеся, будь ласка, на цій сторінці.
call-own-network = На Вашому пристрої зараз немає інтернету. Щойно він з’явиться, розмова продовжиться.
call-other-away = На іншому боці зник інтернет або сторінку закрито. Щойно зв’язок повернеться, розмова сама продовжиться.
call-interrupted-since = триває { $time }

call-controls = Керування розмовою
call-microphone = Мікрофон
call-mute = Вимкнути мікрофон
call-camera = Камера
call-camera-off = Вимкнути камеру
call-screen = Екран
call-share = Показати екран
call-chat = Чат
call-chat-unread = { $count ->
    [one] Чат, { $count } нове повідомлення
    [few] Чат, { $count } нові повідомлення
    [many] Чат, { $count } нових повідомлень
   *[other] Чат, { $count } нового повідомлення
}
call-devices = Пристрої
call-fullscreen = На весь екран
call-small-window = Вікно
call-small-window-label = Окреме маленьке вікно
call-hang-up = Завершити
call-leaving-title = Файли ще не збережено
call-leaving-text = { $count ->
    [one] Ви ще не зберегли { $count } файл. Це можна зробити й після завершення розмови, доки відкрита ця сторінка.
    [few] Ви ще не зберегли { $count } файли. Це можна зробити й після завершення розмови, доки відкрита ця сторінка.
    [many] Ви ще не зберегли { $count } файлів. Це можна зробити й після завершення розмови, доки відкрита ця сторінка.
   *[other] Ви ще не зберегли { $count } файлу. Це можна зробити й після завершення розмови, доки відкрита ця сторінка.
}

call-panel = Повідомлення та файли
call-messages = Повідомлення
call-files = Файли
call-chat-empty = Те, що Ви тут пишете, читає лише Ваш співрозмовник. Після розмови це буде видалено.
call-files-to-practice = Файли, які Ви надсилаєте, отримує лише практика.
call-from-me = Ви написали:
call-from-peer = Ваш співрозмовник пише:
call-seen = Прочитано
call-sent = Надіслано
call-write = Написати повідомлення
call-send = Надіслати
call-read = Прочитати нове повідомлення: { $name }
call-new-message = Нове повідомлення: { $name }
call-too-long = Повідомлення задовге: знаків { $length }, найбільше { $most }.
call-not-sent = Зараз не вдалося надіслати. Спробуйте, будь ласка, ще раз трохи згодом.

call-attach = Надіслати файл
call-drop = Відпустіть, щоб надіслати: { $name }
call-file-too-large = { $name } завеликий. Найбільше можна { $most }.
call-file-not-now = { $name } зараз не можна надіслати. Зачекайте, будь ласка, доки надійдуть інші файли.
call-file-cancel = Скасувати: { $name }
call-file-progress = Перебіг: { $name }
call-file-save = Зберегти: { $name }
call-file-save-short = Зберегти
call-file-saved = Збережено
call-file-offered-me = чекає
call-file-offered-peer = зараз надійде
call-file-sending = надіслано { $share } %
call-file-receiving = отримано { $share } %
call-file-done-me = надійшов
call-file-done-peer = повністю отримано
call-file-refused-too-large = завеликий для отримувача
call-file-refused-declined = не прийнято
call-file-refused-no-space = в отримувача немає місця
call-file-cancelled-me = скасовано Вами
call-file-cancelled-peer = скасовано співрозмовником
call-file-failed-connection = перервано: з’єднання втрачено
call-file-failed-damaged = надійшов пошкодженим, надішліть, будь ласка, ще раз
call-file-failed-read = не вдалося прочитати файл
call-file-failed-write = тут не вдалося зберегти файл

call-more = Більше
call-on = увімкнено
call-off = вимкнено
call-people = Учасники
call-people-hint = Дві людини можуть залишатися великими одночасно, наприклад лікар і перекладач.
call-part-practice = практика
call-part-patient = пацієнт або пацієнтка
call-part-companion = супровід
call-part-interpreter = переклад
call-part-colleague = колега
call-state-connecting = з’єднується
call-state-interrupted = з’єднання перервано
call-person-connecting = { $name } з’єднується …
call-person-interrupted = З’єднання перервано: { $name }. Воно відновиться само.
call-also-here = Також у розмові: { $names }
call-remove = Вивести з розмови: { $name }
call-remove-sure = Справді вивести
call-you = Ви
call-pin = Показати великим планом: { $name }
call-pin-short = Велике
call-pin-next = Показати наступну людину великим планом
call-swap = Поміняти зображення місцями
call-view-speaker = Великим планом той, хто говорить
call-own-see = Бачити своє зображення
call-own-hide = Сховати своє зображення
call-own-show = Показати своє зображення
call-said-pinned = Великим планом: { $names }
call-said-no-pin = Нікого не закріплено.
call-said-view-grid = Усі однакового розміру.
call-said-view-speaker = Великим планом показано того, хто говорить.
call-said-own-hidden = Ваше зображення сховано. Інші й далі Вас бачать.
call-said-own-shown = Ваше зображення показано.
call-said-microphone-on = Ваш мікрофон увімкнено.
call-said-microphone-off = Ваш мікрофон вимкнено.
call-said-camera-on = Вашу камеру ввімкнено.
call-said-camera-off = Вашу камеру вимкнено.
call-said-screen-off = Ваш екран не показується.

call-weak = Зображення призупинено, бо зв’язок слабкий. Звук іде далі.
call-own-paused = Ваше зображення призупинено, бо Ваш зв’язок слабкий. Вас і далі чути, а зображення повернеться само.
call-own-paused-short = Ваше зображення призупинено
call-save-data = Заощаджувати дані: менше зображення
call-unplugged-microphone = Ваш мікрофон більше не під’єднано. Зараз використовується: { $now }.
call-unplugged-camera = Вашу камеру більше не під’єднано. Зараз використовується: { $now }.
call-unplugged-speaker = Ваш динамік більше не під’єднано. Зараз використовується: { $now }.
call-unplugged-choose = Вибрати пристрій

call-encrypted = Зашифровано від пристрою до пристрою
call-encrypted-explained = Зображення, звук, повідомлення й файли доступні лише тим, хто в цій розмові. Навіть сервер практики їх не бачить.
call-no-recording = Без запису
call-no-recording-explained = Visite не може записувати: у цій програмі для цього нічого немає, з жодного боку.
call-round-trip = туди й назад { $time } мс
call-code-same = Цифри були однакові
call-code-was-same = Порівняно: однакові

call-shortcuts = Клавіші швидкого доступу
call-shortcuts-on = Користуватися клавішами швидкого доступу
call-shortcuts-hint = Вони не діють, поки Ви пишете. Якщо їх спричиняє голосове керування чи інший допоміжний засіб, вимкніть їх.

call-notes = Нотатки
call-notes-hint = Це залишається лише на цій сторінці: не надсилається й не зберігається. Після розмови воно зникне.
call-notes-save = Зберегти як текст
call-notes-left = Розмову завершено. Скопіюйте або збережіть свої нотатки, перш ніж залишити цю сторінку.
call-leaving-notes-title = Ваші нотатки зникнуть
call-leaving-notes-text = Із завершенням розмови Ваші нотатки буде видалено. Скопіюйте або збережіть їх, якщо вони Вам потрібні.
call-hang-up-and-forget = Завершити й видалити нотатки

call-hold = Утримати
call-hold-label = Утримати: назад до кімнати очікування
call-photo = Фото
call-photo-label = Попросити фото
photo-title = Попросити фото
photo-explained = { $name } отримає запитання й спершу побачить зображення. Фото надійде в повній роздільності камери й одразу збережеться на Вашому диску.
photo-no-consent = Немає згоди на фотографії
photo-no-consent-text = { $name } не дає згоди на надсилання фотографій.
photo-choose-place = Вибрати місце …
photo-request = Попросити фото
photo-withdraw = Відкликати
photo-file = Фото
photo-saved = { $name } ({ $size }) збережено.
photo-not-saved = { $name } ({ $size }) не вдалося там зберегти. Воно серед файлів цієї розмови.
photo-practice-asked = Запитуємо: { $name } …
photo-practice-sending = Фото надходить …
photo-practice-refused = { $name } зараз не хоче надсилати фото.
photo-practice-withdrawn = Ви відкликали прохання. Фото не надійде.
photo-practice-failed = Не вдалося. Ви можете попросити ще раз.
photo-practice-came = Фото надійшло.
photo-question = { $name } просить фото
photo-what = Ваша камера зробить один знімок у повній роздільності. Ви побачите його, перш ніж його буде надіслано. Його отримає лише { $name }, і там його буде збережено. Місця й часу в ньому немає.
photo-advice = Тримайте потрібне місце на світлі, а камеру нерухомо.
photo-camera-off = Вашу камеру вимкнено. Те, що вона покаже для фото, спершу бачите лише Ви.
photo-camera-on = Увімкнути камеру
photo-take = Зробити фото
photo-yours = Ваше фото
photo-look = Це Ваше фото. { $name } отримає його, лише коли Ви натиснете «Надіслати».
photo-again = Ще раз
photo-send = Надіслати
photo-discard = Не надсилати
photo-refuse = Не зараз
photo-progress = Перебіг надсилання фото
photo-guest-taking = Не рухайтеся, будь ласка …
photo-guest-sending = Фото надсилається …
photo-guest-withdrawn = { $name } більше не потребує фото. Нічого не надіслано.
photo-guest-failed = Фото не вдалося. Нічого не надіслано.
photo-guest-came = Фото отримано: { $name }.

receipt-title = Підтвердження цієї розмови
receipt-title-with = Підтвердження розмови: { $name }
receipt-dismiss = Прибрати
receipt-file = Підтвердження
receipt-practice = Практика
receipt-time = Час
receipt-span = { $day }, { $begin } – { $end } { $zone }
receipt-length = Тривалість
receipt-people = Хто брав участь
receipt-path = Шлях даних
receipt-unknown = невідомо
receipt-encryption = Шифрування
receipt-encrypted = від пристрою до пристрою ({ $suites })
receipt-encrypted-plain = від пристрою до пристрою
receipt-code = Код безпеки
receipt-code-compared = порівняно: однаковий
receipt-code-not-compared = не порівняно
receipt-agreed = Згода
receipt-agreed-not-asked = не запитувалася
receipt-agreed-refused = не надано
receipt-agreed-yes = { $item }: згоду надано
receipt-agreed-no = { $item }: згоди не надано
receipt-agreed-revoked = { $item }: згоду надано, пізніше відкликано
receipt-files = Файли та фото
receipt-no-files = немає
receipt-file-me = { $kind ->
    [photo] фото, надіслано: { $name } ({ $size })
   *[file] надіслано: { $name } ({ $size })
}
receipt-file-peer = { $kind ->
    [photo] фото, отримано: { $name } ({ $size })
   *[file] отримано: { $name } ({ $size })
}
receipt-recording = Запис
receipt-recording-none = немає: Visite не може записувати
receipt-note = Це підтвердження створив Ваш браузер. Імена такі, як кожен назвав себе сам. Більше ніде його не збережено, і воно зникне разом із цією сторінкою.
receipt-save-pdf = Зберегти як PDF
receipt-save-text = Зберегти як текст
receipt-save-failed = Не вдалося створити PDF. Збережіть підтвердження як текст або спробуйте ще раз.
