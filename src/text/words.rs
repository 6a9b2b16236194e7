//! The words of the pages. One struct, one value for each language, so that a missing translation does not compile;
//! what has to be counted or dated is a function.
//!
//! Deliberately knows no HTML and no page: the templates decide where a word stands.

mod counted;

use super::Lang;

/// A noun as it stands behind a number: one, few, many. English has `few` and `many` alike.
type Forms = [&'static str; 3];

macro_rules! words {
    (
        text { $( $field:ident: $ru:literal, $en:literal; )* }
        forms { $( $form:ident: $ru_forms:expr, $en_forms:expr; )* }
    ) => {
        /// The words of the pages in one language.
        ///
        /// The fields are named by what they say; their texts stand side by side in this file, Russian first.
        #[derive(Debug)]
        #[expect(missing_docs, reason = "the Russian and English texts beside each name say what it is")]
        pub struct Words {
            lang: Lang,
            $( pub $field: &'static str, )*
            $( $form: Forms, )*
        }

        /// Russian.
        pub(super) static RU: Words = Words { lang: Lang::Ru, $( $field: $ru, )* $( $form: $ru_forms, )* };
        /// English.
        pub(super) static EN: Words = Words { lang: Lang::En, $( $field: $en, )* $( $form: $en_forms, )* };

        impl Words {
            /// Returns the texts that have no number or date in them, by name; for tests.
            pub fn all(&self) -> Vec<(&'static str, &'static str)> {
                vec![$( (stringify!($field), self.$field), )*]
            }
        }
    };
}

words! {
    text {
        product: "Ответ", "Otvet";
        skip: "К содержанию", "Skip to content";
        search: "Поиск", "Search";
        search_placeholder: "Вопрос клиента или пара слов", "The customer’s question, or a few words";
        find: "Найти", "Search";
        sections: "Разделы сайта", "Site";
        catalogue: "Каталог", "Browse";
        changes: "Изменения", "Changes";
        status: "Состояние", "Status";
        language: "Язык", "Language";
        keys: "Клавиши", "Keys";
        close: "Закрыть", "Close";
        revision_short: "ред.", "ed.";
        revision: "Редакция", "Edition";
        preview: "Предпросмотр: не опубликовано. Страница обновляется сама.", "Preview: not published. The page reloads by itself.";
        updated: "База обновлена", "The base has changed";
        show: "Показать", "Show";
        new_article: "Новая", "New";
        whats_new: "Что нового", "What’s new";
        whats_new_since: "с прошлого раза", "since your last visit";
        look: "Вид", "View";
        theme: "Цвета", "Colours";
        theme_auto: "Как в системе", "As the system";
        theme_light: "Светлые", "Light";
        theme_dark: "Тёмные", "Dark";
        density: "Строки", "Rows";
        density_comfortable: "Просторные", "Comfortable";
        density_compact: "Плотные", "Compact";
        text_size: "Текст", "Text";
        size_normal: "Обычный", "Normal";
        size_large: "Крупный", "Large";
        size_larger: "Очень крупный", "Larger";
        single_keys: "Одиночные клавиши / и ?", "The single keys / and ?";
        refresh: "Обновить", "Refresh";
        see_changes: "Что изменилось", "What changed";
        article_changed: "Статья изменилась", "The article has changed";
        article_removed: "Эту статью только что убрали из базы", "This article was just removed from the base";
        connection: "Связь", "Connection";
        lost: "Нет связи с сервером. Набранное цело, повторяем сами.", "No connection to the server. What you typed is kept; trying again.";
        failing: "Сервер не смог ответить. Набранное цело, повторяем сами.", "The server could not answer. What you typed is kept; trying again.";
        refused: "Сервер не понял этот запрос: попробуйте короче.", "The server did not understand this query: try a shorter one.";
        slow: "Связь медленная, ещё ищем…", "The connection is slow, still searching…";
        unheard: "Связь с сервером прервалась: новости базы придут, когда она вернётся. На экране редакция", "The connection was lost: news of the base comes when it is back. You see edition";
        restored: "Связь восстановлена", "Connected again";

        recent: "Недавние", "Recent";
        changed_this_week: "Изменилось за неделю", "Changed this week";
        start_title: "Что спросил клиент?", "What did the customer ask?";
        start_hint: "Хватит и половины вопроса: ответы появляются, пока вы печатаете.", "Half a question is enough: answers appear as you type.";
        changed_lately: "Что изменилось", "Changed lately";
        all_changes: "Все изменения", "All changes";
        folders: "Разделы", "Folders";
        popular_tags: "Темы", "Topics";
        nothing_yet: "Пока пусто: в базе нет статей, которые вам видны.", "Nothing yet: the base has no articles that you may see.";

        results: "Результаты", "Results";
        shown_for: "Показаны результаты по запросу", "Showing results for";
        instead_of: "вместо", "instead of";
        search_exactly: "Искать", "Search for";
        also_searched: "Учтены синонимы:", "Synonyms included:";
        query_cut: "Запрос длиннее 256 знаков: конец не учтён.", "The query is longer than 256 characters: its end was ignored.";
        words_left_out: "Слов в запросе слишком много: последние не учтены.", "The query has too many words: the last ones were ignored.";
        filters: "Отбор", "Filters";
        remove_filter: "Убрать отбор:", "Remove filter:";
        filter_tag: "тема", "topic";
        filter_type: "вид", "type";
        filter_under: "раздел", "folder";
        filter_lang: "язык", "language";
        filter_owner: "ответственный", "owner";
        filter_status: "состояние", "state";
        filter_since: "изменено с", "changed since";
        refine: "Уточнить", "Refine";
        status_current: "действующие", "current";
        status_archived: "в архиве", "archived";
        status_draft: "черновики", "drafts";
        explain_best_bet: "заголовок или вопрос статьи и есть запрос: она среди первых", "its title or one of its questions is the query: it is among the first";
        explain_outdated: "статья в архиве или заменена: она после остальных", "it is archived or superseded: it comes after the others";
        explain_lacks: "не хватает слова запроса: она после тех, где есть все", "it lacks a word of the query: it comes after those that have all";
        explain_nearness: "слова стоят рядом, как в запросе", "words stand near each other, as in the query";
        explain_absent: "нет в статье", "not in the article";
        explain_other: "не как набрано: начало слова, исправление или синоним", "not as typed: a beginning, a correction or a synonym";
        explain_stop: "малое слово", "small word";
        explain_rarity: "редкость", "rarity";
        place_title: "заголовок", "title";
        place_questions: "вопросы", "questions";
        place_keywords: "ключевые слова и темы", "keywords and topics";
        place_summary: "кратко", "summary";
        place_heading: "подзаголовки", "headings";
        place_text: "текст", "text";
        nothing_found: "Ничего не нашлось", "Nothing found";
        tried: "Искали:", "Searched for:";
        tried_corrections: "Пробовали и другую раскладку, и опечатки, и синонимы.", "Tried another keyboard layout, misspellings and synonyms too.";
        fallback: "Что сказать клиенту", "What to tell the customer";
        nothing_found_hint: "Попробуйте меньше слов или другое слово: как сказал бы коллега.", "Try fewer words, or another word: the one a colleague would use.";
        without_filters: "Искать без отбора", "Search without filters";
        maybe: "Возможно, подойдёт", "Perhaps this";
        previous: "Назад", "Previous";
        next: "Дальше", "Next";
        pages: "Страницы", "Pages";
        in_section: "в разделе статьи", "in the section";
        open_article: "Открыть статью", "Open the article";

        answer: "Ответ", "Answer";
        say_to_customer: "Можно сказать клиенту", "You may tell the customer";
        gist: "Главное", "In short";
        channel: "Канал", "Channel";
        channel_general: "Коротко", "Short";
        channel_email: "Письмо", "E-mail";
        channel_voice: "Голосом", "Voice";
        channel_chat: "Чат", "Chat";
        channel_sms: "SMS", "SMS";
        copy: "Скопировать", "Copy";
        copy_link: "Ссылка", "Link";
        copy_quote: "Цитата", "Quote";
        copy_quote_hint: "С заголовком, ссылкой и редакцией: для внутренних заметок", "With title, link and edition: for internal notes";
        insert: "Вставить", "Insert";
        read: "Открыть", "Open";
        back: "Назад", "Back";
        show_customer: "Показать клиенту", "Show the customer";
        bigger: "Крупнее", "Larger text";
        print: "Печать", "Print";
        fill_gaps: "Подставить", "Fill in";
        inserted: "Ответ вставлен", "Answer inserted";
        copied_quote: "Цитата скопирована", "Quote copied";
        without_notes: "Скопировано без внутренних заметок", "Copied without internal notes";
        notes_stay: "Внутренние заметки не копируются", "Internal notes are never copied";
        copied: "Ответ скопирован", "Answer copied";
        copied_link: "Ссылка скопирована", "Link copied";
        copied_markdown: "Скопировано как Markdown", "Copied as Markdown";
        copy_failed: "Не удалось скопировать: выделите текст и нажмите Ctrl+C", "Could not copy: select the text and press Ctrl+C";
        fill_in: "Заполните:", "Fill in:";
        warn_overdue: "Внимание: проверка просрочена", "Mind: the review is overdue";
        warn_changed: "Внимание: после проверки текст меняли", "Mind: the text was changed since it was verified";
        warn_unverified: "Внимание: ответ никто не проверил", "Mind: nobody has verified this answer";
        warn_superseded: "Внимание: статья устарела", "Mind: the article is superseded";
        warn_archived: "Внимание: статья в архиве", "Mind: the article is archived";
        warn_draft: "Внимание: это черновик", "Mind: this is a draft";
        loading: "Ищем…", "Searching…";
        offline: "Нет связи: результаты могут быть старыми", "No connection: the results may be old";

        you_are_here: "Вы здесь", "You are here";
        home: "Начало", "Start";
        about_article: "О статье", "About this article";
        owner: "ответственный:", "owner:";
        review_due: "пересмотр до", "review by";
        created: "создано", "created";
        changed: "изменено", "changed";
        history: "история", "history";
        history_title: "История", "History";
        heading_link: "Ссылка на этот раздел", "Link to this section";
        on_this_page: "В этой статье", "On this page";
        asked_like: "Так спрашивают", "Asked like this";
        topics: "Темы", "Topics";
        related: "Смотрите также", "See also";
        similar: "Похожие статьи", "Similar articles";
        backlinks: "Сюда ссылаются", "Linked from";
        internal: "Внутреннее, не копируется", "Internal, never copied";
        alert_note: "Примечание", "Note";
        alert_tip: "Совет", "Tip";
        alert_important: "Важно", "Important";
        alert_warning: "Внимание", "Warning";
        alert_caution: "Осторожно", "Caution";
        task_open: "не сделано", "to do";
        task_done: "сделано", "done";
        superseded: "Эта статья устарела.", "This article is superseded.";
        superseded_by: "Читайте вместо неё:", "Read this instead:";
        archived: "Статья в архиве и хранится для справки.", "This article is archived and kept for the record.";
        draft: "Черновик: эту статью видят только редакторы.", "Draft: only editors see this article.";
        unreadable: "Заголовок файла не читается: статью видят только редакторы.", "The front matter cannot be read: only editors see this article.";
        markdown: "Markdown", "Markdown";

        trust_verified: "Проверено", "Verified";
        trust_overdue: "Проверка просрочена", "Review overdue";
        trust_changed: "Изменено после проверки", "Changed since verified";
        trust_unverified: "Не проверено", "Not verified";
        trust_superseded: "Устарело", "Superseded";
        trust_archived: "В архиве", "Archived";
        trust_draft: "Черновик", "Draft";
        verified_by: "проверка:", "verified by";

        tagged: "Тема", "Topic";
        search_here: "Искать здесь", "Search here";
        top_articles: "Статьи вне разделов", "Articles outside folders";

        kind_added: "новая", "new";
        kind_changed: "изменена", "changed";
        kind_moved: "перенесена", "moved";
        kind_removed: "удалена", "removed";
        no_changes: "За это время ничего не менялось.", "Nothing changed in that time.";
        changes_since: "Изменения с", "Changes since";
        older_left_out: "Показаны последние изменения; более ранние есть в истории статей.", "The latest changes are shown; earlier ones are in the articles’ histories.";
        unknown_since: "Такого коммита или времени нет: покажем последние изменения.", "There is no such commit or time: here are the latest changes.";
        uncommitted: "Истории нет: это неопубликованная папка.", "There is no history: this folder is not committed.";
        show_diff: "Что изменилось", "What changed";
        diff: "Изменение", "Change";
        diff_removed_line: "убрано", "removed";
        diff_added_line: "добавлено", "added";
        diff_none: "Текст не изменился.", "The text did not change.";
        history_shallow: "Репозиторий склонирован не целиком: более ранней истории здесь нет.", "The repository is a shallow clone: earlier history is not here.";
        label_changed: "изменено", "changed";
        label_moved_here: "перенесено сюда", "moved here";
        label_moved_away: "перенесено отсюда", "moved from here";
        count_new: "новых", "new";
        count_removed: "удалено", "removed";
        count_moved: "перенесено", "moved";
        diff_rendered: "Как видит читатель", "As readers see it";
        diff_raw: "Исходный текст", "Source";
        diff_gone: "Статьи больше нет.", "The article is gone.";
        diff_came: "Статья появилась.", "The article came into being.";
        diff_properties: "Свойства", "Properties";
        diff_nothing: "пусто", "nothing";
        property_title: "Заголовок", "Title";
        property_summary: "Кратко", "Summary";
        property_questions: "Так спрашивают", "Asked like this";
        property_keywords: "Ключевые слова", "Keywords";
        property_tags: "Темы", "Topics";
        property_kind: "Вид", "Type";
        property_status: "Состояние", "State";
        property_audience: "Для кого", "For whom";
        property_owner: "Ответственный", "Owner";
        property_verified: "Проверка", "Verified";
        property_review: "Пересмотр", "Review";
        property_instead: "Заменена статьёй", "Superseded by";
        property_related: "Смотрите также", "See also";
        history_list: "Все правки", "All changes";
        history_blame: "Кто что писал", "Who wrote what";
        history_blame_hint: "У каждого абзаца — последняя правка: когда, кто и зачем.", "Beside each paragraph stands its last change: when, who and why.";
        history_blame_older: "раньше", "earlier";
        history_blame_cut: "Просмотрены последние правки; абзацы с пометкой «раньше» старше их.", "The latest changes were looked at; paragraphs marked “earlier” are older.";
        compare: "Сравнить отмеченные", "Compare the marked ones";
        compare_from: "было", "before";
        compare_to: "стало", "after";
        as_it_was: "Как было", "As it was";
        former: "Так статья выглядела раньше. Клиенту говорите то, что в ней написано сейчас.", "This is how the article was. Tell customers what it says now.";
        former_today: "Открыть нынешнюю", "Open the current one";
        former_compare: "Что изменилось с тех пор", "What has changed since";
        restore: "Как вернуть этот текст", "How to bring this text back";
        restore_hint: "Выполните в корне своей копии репозитория:", "At the top of your copy of the repository:";
        restore_message: "Вернуть текст из", "Bring back the text of";
        opensearch_description: "База знаний: ответы на вопросы клиентов", "Knowledge base: answers to customers’ questions";
        feed: "Лента Atom", "Atom feed";
        news_changed: "Статья обновлена", "The article has changed";
        news_removed: "Статья удалена", "The article was removed";
        news_nothing: "Статья теперь недоступна: её удалили, перенесли или она больше не для вас.", "The article is no longer available: it was removed, moved, or is not for you any more.";
        commit: "Коммит", "Commit";
        author: "Автор", "Author";
        date: "Дата", "Date";

        commit_time: "Время коммита", "Commit time";
        synced_time: "Получено из источника", "Fetched from the source";
        never_synced: "ещё ни разу", "not yet";
        source_unreachable: "Источник недоступен, читатели видят полученное раньше", "The source cannot be reached; readers see what was fetched before";
        source_rewritten: "История источника переписана", "The history of the source was rewritten";
        publish_time: "Опубликовано здесь", "Published here";
        branch: "Ветка", "Branch";
        articles_label: "Статей", "Articles";
        sections_label: "Разделов в индексе", "Sections in the index";
        findings: "Замечания", "Findings";
        no_findings: "Замечаний нет: всё читается и все ссылки ведут куда надо.", "No findings: everything can be read and every link leads somewhere.";
        last_failure: "Последняя публикация не удалась", "The last publish failed";
        last_failure_hint: "Читатели видят предыдущую редакцию. Подробности в журнале сервера.", "Readers see the previous edition. The server’s log has the details.";
        all_well: "Публикация работает", "Publishing works";
        place: "Место", "Place";
        code: "Код", "Code";
        finding: "Что найдено", "Finding";
        remedy: "Что сделать", "Remedy";
        severity_error: "ошибка", "error";
        severity_warning: "предупреждение", "warning";
        overdue_title: "Просроченные проверки", "Overdue reviews";
        no_overdue: "Просроченных проверок нет.", "No reviews are overdue.";
        reviews: "Проверка статей", "Reviews";
        reviews_all: "Все проверки: по ответственным, лентой и в календаре", "All reviews: by owner, as a feed and a calendar";
        reviews_hint: "Только действующие статьи. Проверили — запишите: otvet verify и адрес статьи.", "Current articles only. Found it right? Note it: otvet verify and the slug.";
        reviews_everybody: "Все ответственные", "All owners";
        reviews_owners: "По ответственным", "By owner";
        reviews_mine: "Все статьи", "All articles";
        reviews_overdue: "Просрочены", "Overdue";
        reviews_due: "Скоро срок", "Due within two weeks";
        reviews_changed: "Изменены после проверки", "Changed since verified";
        reviews_never: "Не проверялись", "Never verified";
        reviews_findings: "С замечаниями", "With findings";
        reviews_none: "Здесь пусто: никого торопить не надо.", "Nothing here: nobody need hurry.";
        reviews_calendar: "Календарь (iCalendar)", "Calendar (iCalendar)";
        reviews_due_at: "срок", "due";
        review_event: "Пересмотреть:", "Review:";
        show_all: "Показать все:", "Show all:";
        no_owner: "без ответственного", "without an owner";

        offline_strip: "Офлайн · данные на {at}, редакция {edition}", "Offline · data as of {at}, edition {edition}";
        offline_clock: "Часы устройства переведены: возраст данных неточен", "The clock of this device was changed: the age is not exact";
        offline_back: "Связь есть", "Back online";
        offline_full: "На устройстве нет места: без связи база не откроется", "No space on this device: the base will not open without a connection";
        offline_denied: "Хранилище запрещено настройками: без связи база не откроется", "Storage is denied by the settings: the base will not open without a connection";
        offline_large: "База слишком велика, чтобы работать без связи", "The base is too large to work without a connection";
        offline_forgotten: "Сохранённая база удалена с устройства: доступ закрыт", "The saved base was removed from this device: access is closed";
        offline_install: "Чтобы база открывалась без связи: «Поделиться», затем «На экран „Домой“»", "To open the base without a connection: Share, then Add to Home Screen";
        offline_title: "Эта страница открывается только со связью", "This page opens only with a connection";
        offline_hint: "Поиск, статьи и каталог работают и без связи.", "Search, articles and the catalogue work without one.";
        offline_expired: "Данные на устройстве устарели", "The data on this device are out of date";
        offline_expired_hint: "Подключитесь к сети: база обновится сама.", "Connect to the network: the base is brought up to date by itself.";
        offline_none: "Связи нет, а база на устройство ещё не сохранена", "There is no connection, and the base is not saved on this device yet";
        offline_none_hint: "Подключитесь к сети и откройте базу: она сохранится сама.", "Connect to the network and open the base: it is saved by itself.";
        feedback_later: "Отзыв сохранён и уйдёт, когда появится связь", "Your report is kept and sent when the connection is back";
        update_ready: "Есть обновление программы", "An update of the program is ready";
        update: "Обновить", "Update";

        problem_404: "Такой страницы нет", "There is no such page";
        problem_404_hint: "Возможно, статью переименовали, удалили или она не для вас. Поиск найдёт то, что есть.", "The article may have been renamed or removed, or is not for you. Search finds what there is.";
        problem_404_near: "Похожие статьи", "Similar articles";
        problem_400: "Запрос не понят", "The request was not understood";
        problem_400_hint: "Проверьте адрес страницы.", "Check the address of the page.";
        problem_403: "Только для сотрудников", "For staff only";
        problem_403_hint: "Эту страницу видят те, кому видны внутренние заметки.", "Those who see internal notes see this page.";
        problem_revision: "Такой редакции статьи нет", "The article has no such revision";
        problem_revision_hint: "Этой правки нет в истории, или статьи тогда не было.", "The history has no such commit, or the article was not there then.";
        problem_preview: "Такого предпросмотра нет", "There is no such preview";
        problem_preview_hint: "Ветку могли удалить, правки нет ни в одной ветке, или предпросмотр не для вас.", "The branch may be gone, no branch has the commit, or previews are not for you.";
        problem_ambiguous: "Так начинается несколько правок", "Several commits begin so";
        problem_ambiguous_hint: "Добавьте знаков или выберите:", "Give more digits, or choose:";
        problem_503: "База готовится", "The base is getting ready";
        problem_503_hint: "Сервер читает статьи и строит поиск. Страница откроется сама через несколько секунд.", "The server is reading the articles and building the search index. The page opens by itself in a few seconds.";
        problem_500: "Не получилось ответить", "Something went wrong";
        problem_500_hint: "Попробуйте ещё раз. Если не поможет, скажите администратору.", "Try again. If that does not help, tell the administrator.";

        demo_title: "Панель рядом с перепиской", "The panel beside a conversation";
        demo_hint: "Выберите клиента: панель узнает его имя и вопрос. Shift+Enter вставит ответ в поле.", "Choose a customer: the panel learns the name and the question. Shift+Enter inserts the answer.";
        demo_customers: "Клиенты", "Customers";
        demo_reply: "Ваш ответ", "Your reply";
        demo_customer_1: "Ольга К.", "Olga K.";
        demo_message_1: "Здравствуйте! Купила пальто, а оно не подошло. Можно вернуть без чека?", "Hello! I bought a coat and it does not fit. Can I return it without a receipt?";
        demo_customer_2: "Тимур А.", "Timur A.";
        demo_message_2: "когда придут деньги за возврат на карту??", "when will the refund be on my card??";
        demo_customer_3: "Ирина Б.", "Irina B.";
        demo_message_3: "Курьер опаздывает уже на два часа, что делать?", "The courier is two hours late, what should I do?";

        feedback_title: "Ответ помог?", "Did the answer help?";
        feedback_yes: "Да", "Yes";
        feedback_no: "Нет", "No";
        feedback_wrong: "Ошибка", "Wrong";
        feedback_outdated: "Устарело", "Outdated";
        feedback_unclear: "Непонятно", "Unclear";
        feedback_note: "Что не так? Можно не писать", "What is wrong? You need not say";
        feedback_note_add: "Добавить пояснение", "Add a note";
        feedback_masked: "Телефоны, почту и номера карт скроем.", "Telephone numbers, e-mail addresses and card numbers are masked.";
        feedback_thanks: "Спасибо! Передали редакторам.", "Thank you! The editors will see it.";
        feedback_lost: "Сейчас сохранить не получилось. Попробуйте позже.", "It could not be kept just now. Please try later.";
        feedback_failed: "Не отправилось: нет связи. Попробуйте ещё раз.", "Not sent: no connection. Please try again.";
        feedback_number: "Номер", "Number";
        gap_report: "Сообщить редакторам", "Tell the editors";
        gap_hint: "Редакторы увидят этот вопрос и напишут ответ.", "The editors will see this question and write the answer.";
        gaps_title: "Вопросы без ответа", "Questions without an answer";
        gaps_none: "Вопросов без ответа нет: сообщений от операторов пока не было.", "No questions without an answer have been reported.";
        gap_note: "Что спросил клиент? Можно не писать", "What did the customer ask? You need not say";
        gap_short: "Нет ответа", "No answer";
        gaps_query: "Вопрос", "Question";
        gaps_count: "Раз", "Times";
        gaps_last: "В последний раз", "Last time";
        gaps_found: "Найдено", "Found";
        said_title: "Отзывы о статьях", "Feedback on articles";
        said_none: "Отзывов пока нет.", "No feedback yet.";
        said_article: "Статья", "Article";
        said_notes: "Последние пояснения", "Latest notes";
        said_gone: "статьи больше нет", "the article is gone";
        events_failing: "Отзывы сейчас не записываются на диск: они ждут в памяти. Подробности в журнале сервера.", "Feedback cannot be written to disk now: it waits in memory. The server’s log has the details.";
        events_unreadable: "Хранилище отзывов сейчас не читается. Подробности в журнале сервера.", "The feedback store cannot be read now. The server’s log has the details.";

        key_focus: "перейти в поиск", "go to search";
        key_move: "выбрать ответ", "choose an answer";
        key_copy: "скопировать ответ", "copy the answer";
        key_open: "читать статью", "read the article";
        key_tab: "открыть в новой вкладке", "open in a new tab";
        key_scroll: "листать ответ", "scroll the answer";
        key_variant: "выбрать канал", "choose the channel";
        key_insert: "вставить ответ в переписку", "insert the answer into the reply";
        key_clear: "назад, очистить", "back, clear";
        hint_choose: "выбор", "choose";
        hint_copy: "скопировать ответ", "copy the answer";
        hint_read: "читать", "read";
        hint_tab: "вкладка", "tab";
        hint_scroll: "листать", "scroll";
        key_help: "эта подсказка", "this list";
    }
    forms {
        article_forms: ["статья", "статьи", "статей"], ["article", "articles", "articles"];
        result_forms: ["результат", "результата", "результатов"], ["result", "results", "results"];
        error_forms: ["ошибка", "ошибки", "ошибок"], ["error", "errors", "errors"];
        warning_forms: ["предупреждение", "предупреждения", "предупреждений"], ["warning", "warnings", "warnings"];
        block_forms: ["фрагмент", "фрагмента", "фрагментов"], ["block", "blocks", "blocks"];
        day_forms: ["день", "дня", "дней"], ["day", "days", "days"];
    }
}
