//! Words of everyday Russian and English that are right as they are, whether a base knows them or not: «исключить» must not
//! become «включить», nor `kind` `king`, because the base has the one and not the other. What people type by mistake is
//! hardly ever one of these. Not a dictionary: it holds the words people use most, and stands for all their forms.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::{Script, Stems, script_of};

/// Russian words; of verbs those forms that have stems of their own.
const RUSSIAN: &str = "\
    автобус автор адрес активный алло анкета аппарат апрель август аренда база баланс банка банк батарея бегать бежать беда \
    бедный безопасный белый берег бесплатный бизнес билет близко блок богатый более болеть боль больница больной большой \
    борода бояться брат бросать бросить брюки будильник будущий буква бумага бутылка бывать бывший быстрый важный вагон ванна \
    варить вверх вводить вдруг ведро везде век великий велосипед верить верный вероятно верх верхний весело весна вести вес \
    ветер вечер вечный вещь взгляд взлом взнос вид видеть видно виза виноват висеть включать включить власть влево вместе вместо \
    вниз внизу внимание внимательно внутренний внутри внук вовремя вода водитель военный возвращать возвращаться возможно \
    возможность возраст война волос вообще вопрос ворота восемь воскресенье восток вперед впервые вправо врач время вредный \
    всегда вспомнить вставить вставать встать встретить встреча вторник второй входить вход вчера въезд выбирать выбор выбрать \
    выглядеть выезд выиграть выйти выключать выключить выполнить выполнять выпускать выражение вырос высокий высота высший \
    выход выходить выходной вышел вязать газ газета галстук гараж гарантия где-нибудь герой главный глава глаз глубокий глупый \
    говорить говорят год голова голодный голос голый гора гордый горло город гореть горький горячий гостиница гость готов \
    готовить государство градус граждане гражданин граница грамм группа грустный грязный губа гулять давать давно далекий дальше \
    данные дать дача дверь двигаться движение двор двойной девочка девушка девять дедушка действие действительно декабрь делать \
    дело делить деревня дерево держать десять детский дешевый деятельность длина длинный дневник добавить добавлять добираться \
    добиться добрый довести довел доверие доверять довольно договор договориться дождь доказать доклад доктор документ долг \
    должен должна долго дом дома дополнительный дорога дорогой доска достать достаточно доступ доход дочь древний друг другой \
    дружба думать дурак дух душ душа дым дышать дядя единица единственный ежедневный ездить езда если естественно жалеть жаль \
    жаркий ждать жду желание желать желтый железный жена жениться женский женщина жертва живой животное живот жидкий жизнь житель \
    жить забор забота забывать забыть завернуть зависеть завод завтра завтрак загадка заголовок загрузить задавать задание задача \
    задержать задержка задний зайти закон закончить закончиться закрывать закрыть закрыт закупить зал заменить заменять заметить \
    замечание замок замуж занимать занят занятие запад запах запись записать заплатить запомнить запрет запретить запрещен \
    запросить запускать запустить зарабатывать заранее зарплата зарядить зарядка заставить заставлять застрять затем зато \
    заходить захотеть защита защищать заявить заявка заявление звали звать звезда зверь звонить звонок звук здание здесь здоровый \
    здоровье зеленый земля зеркало зима зимний злой змея знак знаком знакомый знание знать значение значит значить золото зовут \
    зуб игра играть игрушка идея изделие изза измениться изменить изменять изучать имение иметь иначе иногда иностранный институт \
    интерес интересный информация искать исключать исключить исключен исключение искусство использовать исправить испугать \
    испытать история источник июль июнь кабинет каждый казаться как-то камень каникулы капля карандаш карман картина картошка \
    касса касаться каша качество квартал квартира километр кино кипит кирпич класс класть клей клиент ключ книга кнопка княгиня \
    ковер колено колесо количество команда командировка комитет комната компания компьютер конец конечный конкретный концерт \
    кончаться копейка копия корабль корень коридор коричневый коробка короткий корпус космос костюм кость кофе кошка край красивый \
    краска красный крайний кран краткий кредит крем крепкий крест кресло кризис крик кричать кровать кровь кроме круг круглый \
    крупный крыло крыша кстати кукла культура купить купил курить курица курс кусок кухня лавка ладно лампа лапа левый легкий легко \
    лед лежать лекарство лекция лестница лететь лето летний лечить лечь лидер линия лист лицо личный лишить лишний лишь лоб ловить \
    ложка ложь ломать ломаться лопата лошадь луна любимый любить любой любовь люблю люди магазин май маленький мало мальчик март \
    мама масло масса мастер материал матч машина мебель медведь медленный медленно медь между международный мелкий мелочь менее \
    меньше менять мера мероприятие мерить мертвый мест место месяц метод метр метро мечта мешать мешок миг милиция миллион милый \
    мимо минимум министр минус минута мирный мнение многие множество модель модный мокрый молодой молодец молоко молоток молчать \
    момент монета море мороз морской мост мощный мужской мужчина музей музыка мусор мыло мысль мыть мягкий мясо набор набрать \
    навсегда наверное наверх нагрузка надежда надежный надеть надеяться надоесть надпись название назад называть называться \
    найти наказать наконец накопить налево налить налог наличие намного написать напиток наполнить направить направление \
    направо например наоборот народ народный нарушать нарушить население насколько настоящий настроение научить научиться наука \
    находить находиться национальный начало начальник начинать начинаться небо небольшой неверный невозможно недавно недалеко \
    неделя недостаточно незнакомый неизвестный некий некоторый некуда немного неплохо неправильный неприятный несколько нести \
    неудобный нигде нижний низкий никакой никогда никто никуда нитка ничто новость новый нога ноготь нож ноль номер нормальный \
    норма нос носить носок ночь ноябрь нравиться ночной обед обедать обещать обида обидно облако область обманывать обмануть обнять \
    обойти обойтись образ образец образование обратить обратно обращать обращаться общество общий объем объявить объявление \
    объяснить обувь обучение обычно обычный обязан обязанность обязательно обязательный огонь ограничить огромный огурец одежда \
    одеяло одинаковый однажды одобрить ожидать ожидание озеро окно около оказать оказаться оказывать окончание окончательно октябрь \
    опасный операция описание описать опоздать определить определенный опрос опустить опыт опять организация организм орган осень \
    осмотр основа основной основание особенно особый оставаться оставить остальной остановить остановка остаток остаться осторожно \
    остров острый осуществлять отвезти отвечать ответ ответить ответственный отдел отделение отдельный отдых отдыхать отец откажут \
    отказаться отключить отключать открывать открыть открыт открытка отличаться отличие отличный отменить отметить отнести отношение \
    относиться отозвать отойти отпуск отпустить отпускать отправить отправиться отпроситься отрезать отрицательный отсутствие \
    отсюда оттуда офис официальный оформить охота охрана оценить оценка очередь очередной очки ошибиться ошибка падать пакет палатка \
    палец палка память папа пар пара парень парк партия пассажир пауза пахнуть пачка певец пенсия пепел первый переводить перевод \
    перевернуть перед передача переделать передний переехать перезвонить перезвоните переключить переносить перепутать перерыв \
    пересадка переставать перестать переход период песня песок петь печатать печать печень пиво пить письменный пища плавать плакать \
    план планировать пластик платить плата платок платье плащ племянник плечо плохой плохо площадь плюс победа побывать повар \
    поведение поверить поверх поверхность повесить повод поворот повреждать повредить повторить повторять повысить повышение погода \
    погибнуть поговорить погулять подавать подать подарить подвал поделиться подержать подготовить поднимать подниматься подобный \
    подождать подождите подозревать подойти подойдет подписать подпись подключить подключать подробный подробно подруга подряд \
    подставить подтвердить подумать подушка подходить подходящий подъезд поезд поездка поехать пожаловаться пожар пожилой позади \
    позволить позволять позвонить позвоните поздний поздно познакомить позиция поискать поймать пойти пойдет показывать покупать \
    покупка покупать покрыть пол полагать поле полезный полет полететь полка полиция полдень полный половина положение положить \
    положительный получать получать получить получиться получается пользоваться пользователь польза помещение помидор помнить \
    помогать помог помочь помощь помыть понедельник понести понижение понимать понравиться понятно понятный попадать попасть \
    поперек пополам поправить попробовать попросить попытаться попытка пора порвать порог порошок порт портить портиться порядок \
    посадить посадка посвятить посетить посещать посидеть поскольку последний последующий послушать посмотреть посоветовать \
    поспать поставить постель постель постоянный построить поступать поступить посуда посчитать потеря потерять потолок поток \
    потребность похвалить поход похожий почистить почта почувствовать появиться появляться пояс правда правило правильный правый \
    право праздник практика предел предлагать предложение предложить предмет предпочитать представить представитель представлять \
    предприятие предупредить предыдущий президент прекрасный прекратить премия преподаватель препятствие прерывать привести привычка \
    приглашать пригласить пригодиться приготовить придумать приезжать приезд прием прием приемлемый признак признать прийти приказ \
    приложить приложение применить применять пример примерно принадлежать принимать принципе принцип природа прислать приставать \
    пристально приходить приходиться причина приятный пробка пробовать проверить проверять провод проводить проволока программа \
    продавец продавать продолжать продолжить продукт проезд проект проехать прожить проигнорировать проиграть произвести производить \
    производство происходить проникнуть пропал пропасть пропадать пропускать пропустить просить просрочить простить простой просьба \
    против противный противоположный профессия прохладный проход проходить процедура процент процесс прошлый прошу прыгать прямой \
    прямо птица публика пугать пункт пускать пустой пусть путать путь пытаться пыль пьяный пятно пятница пять работа работать \
    работник рабочий равно равный рад радио радость развернуть развитие раздел разделить разговор разговаривать размер размещать \
    разместить разный разница разобрать разобраться разорвать разрешать разрешить разрешение разряд разряжаться разъем рай район \
    ракета рамка ранее ранить ранний рано раньше распечатать расписание расписка расположить расскажите рассказ рассказать \
    рассматривать рассмотреть расстояние рассчитать рассчитывать растение расти расход расчет рвать реагировать ребенок реальный \
    редкий редко режим резать резкий результат река рекомендовать религия ресторан речь решать решение решить рис рисовать риск \
    рисунок ровно ровный родина родитель родиться родной роза роль рост рот роща рубашка рубить рубль рука руководитель руководство \
    ручка рыба рынок ряд рядом сад садиться садить сайт салат салфетка самолет самостоятельно самый санки сапог сарай сахар сбой \
    сборник сбор сварить свежий сверху свет светить светлый свинья свитер свобода свободный связать связь связаться святой сгореть \
    сделать сделка себестоимость север сегодня седьмой секрет секретарь секунда село семь семья сентябрь сердце серебро середина \
    серия серый серьезный сесть сеть сжать сигнал сидеть сила сильный синий система ситуация сказать сказка скамейка сквозь складывать \
    скамья скользкий скорее скоро скорость скрыть скрывать скучный слабый сладкий след следить следовать следующий слева слеза слезть \
    слепой сливки слишком сложить сложно сложный слон слово сломать сломаться слой служба служить слух случай случайно случиться \
    слушать слышать слышно смена сменить смерть смех смеяться смешной смешать смотреть смочь смысл снаружи сначала снег снижать снизу \
    снимать снова сняться собака собирать собираться соблюдать событие собрание собственный совершенно совет советовать современный \
    совсем согласен согласие согласиться соглашение содержать содержание соединить создавать сознание сок сократить сокрытие солдат \
    соленый солнце соль сомневаться сообщать сообщить сообщение соответствующий соответствие сорок сорт соседний сосед состав составить \
    составлять состоит состояние состоять состояться сотня сохранить сохранять сочинение союз спальня спасать спать специально \
    специальный специалист список спина спор спорить спорт способ способность спрашивать спросить спрятать спутать сработать сравнить \
    среда средний средство срок срочно срочный ссылка ссора ставить стадия стакан сталь стандарт становиться станция старание \
    стараться старик старший старый старт стать стена степень стиль стирать стирка стоимость стоит стоить стол столица столик столько \
    стоять сторона стоянка страна странный страница страх страшный стрелять строгий строительство строить строка строчка стройный студент \
    стук стул стыд суббота судить судно суд судьба сумасшедший сумка сумма сумел суметь суп сутки сухой сушить существовать сходить схема \
    счастье счастливый счет считать считаться съездить съесть сын сыр таблица таблетка таблица талант танец тарелка тащить таять твердый \
    творчество театр текст тело теоретически тепло теплый термин терпеть территория терять тесный тетрадь тетя техника течение течь тип тихий \
    ткань товарищ толпа толстый толщина тонкий топить торговать торговля торопиться торт точка точно точный трава традиция трамвай транспорт \
    тратить требование требовать требоваться тревога тренировка третий треть треугольник трогать тройка труба труд трудный трудно трудовой \
    трясти туда туман туча тушить тысяча тянуть тяжелый убедить убежать убивать убирать убить уважать уважение уведомить увезти увеличить \
    увеличьте увеличивать уверен увидеть увы угадать уголь удаваться удалять удалить удар ударить удача удачный удержать удивить удивительный \
    удобный удобство удовольствие уезжать ужас ужасный уже ужин узкий узнавать узнать указывать украшение украсить уксус улица улыбаться \
    уменьшить уменьшать умереть умный умножить универсальный университет унести уничтожить упасть управление управлять упражнение урок \
    условие услуга услышать успевать успех успеть успешно устал устать установить устройство устроить утро утюг ухо уход уходить участвовать \
    участие участник участок учебник ученик ученый учесть учет училище учитель учить учиться учреждение факт фамилия февраль фигура фильм \
    финал финальный финансовый фирма фон фонд форма формула фото фотография фраза фрукт функция футбол характер хвалить хватать хватить хватит хвост \
    химия хитрый хлеб холод холодный хороший хозяин хозяйка ходить хоккей хотеться хранить хранение художник худой цвет цветной цветок целый целиком \
    цель цена ценный центр центральный цепь церковь цифра чай часто частный часть час часы чашка человеческий чемодан черный черт черта честный \
    четверг четверть четкий четыре чинить чистить чистый читать член чувство чувствовать чудо чужой чуть шаг шапка шар шарик шарф шея шестой \
    шесть шить широкий школа шкаф штора штраф штука шум шумный шутить шутка щека экзамен экономить экономика экран экскурсия электрический \
    элемент энергия эпоха этап этаж эффект эффективный юбка юг юноша юный яблоко явление являться явно ягода яд язык яйцо январь яркий ясно ясный \
    ящик";

/// English words.
const ENGLISH: &str = "\
    able above accept accident according account ache across act action active activity actual actually add address admit adult advance \
    advantage adventure advice advise affair affect afford afraid africa afternoon age agency ago agree agreement ahead aim air aircraft \
    airport alarm alive allow almost alone along already although always amazing america among amount ancient anger angle angry animal \
    announce annual another answer anxious anybody anymore anyone anything anyway anywhere apart apartment apologize appeal appear appearance \
    apple application apply appoint appointment appreciate approach appropriate approve april area argue argument arise arm army around \
    arrange arrangement arrest arrive arrival art article artist aside ask asleep assist assistance associate assume attach attack attempt \
    attend attention attitude attract audience august aunt author authority automatic autumn available average avoid awake award aware away awful \
    baby back background backward bad badly bag bake balance ball band bank bar bare base basic basically basis basket bath bathroom battery battle \
    beach bear beard beat beautiful beauty became bed bedroom beer behave behavior behind belief believe bell belong below belt bench bend \
    benefit beside besides best bet better beyond big bigger biggest bike bill bind bird birth birthday bit bite black blade blame blank blind \
    block blood blow blue board boat body boil bomb bone book boot border bored boring born borrow boss bottle bottom bow bowl box boy brain branch \
    brave bread break breakfast breath breathe brick bridge brief bright brilliant broad brother brown brush bucket budget bug building bulb bullet bunch \
    burn burst bury bus bush business busy butter button buyer cabin cabinet cable cake calculate calendar call calm camera camp campaign cancel candidate \
    capable capacity capital captain car card care career careful careless carpet carry cart case cash cast castle cat category cause ceiling celebrate \
    cell cent center centre central century certain certainly chain chair challenge champion chance change channel chapter character charge charity \
    chart chase cheap cheat check cheek cheer cheese chemical chest chicken chief childhood chin chip chocolate choice church circle circumstance \
    citizen city civil claim class classic clean clear clearly clerk clever click client climate climb clock close closed closely cloth clothes cloud club \
    clue coach coal coast coat code coffee coin cold collar collect collection college color colour column combination combine comfort comfortable \
    command comment commercial commission commit committee common communicate community company compare comparison compete competition complain \
    complaint complete completely complex complicated compose computer concept concern concert conclude conclusion condition conduct conference \
    confident confirm conflict confuse confusion connect connection conscious consider considerable consist constant construct contact contain \
    content contest continue contract contrast contribute control convenient conversation convert convince cook cookie cool cope copy corner correct cost \
    cotton cough count counter country countryside county couple courage course court cousin cover cow crack craft crash crazy cream create creature credit crew \
    crime criminal crisis criticism criticize crop cross crowd crucial cruel cry cultural culture cup cupboard cure curious current currently curtain \
    curve custom customer cute cycle dad daily damage dance danger dangerous dare dark data date daughter dead deaf dear death debate debt decade december \
    decide decision declare decline decrease deep deer defeat defend define definite definitely degree delay delicate deliver delivery demand department depend \
    deposit depth describe description desert deserve design desire desk despite destroy detail detailed determine develop development device devil diary dictionary \
    die diet differ difference different difficult difficulty dig dinner direct direction directly director dirt dirty disagree disappear disappoint disaster \
    discount discover discovery discuss discussion disease dish disk dismiss display distance distant distinct distribute district disturb divide division \
    divorce doctor document dog dollar door dot double doubt download dozen draft drag dream dress drink drop dry duck due dull dust duty eager ear earlier early earn \
    earth ease easily east eastern easy eat economic economy edge edit edition educate education effect effective efficient effort egg eight either elect election electric \
    electricity element else elsewhere email embarrass emerge emergency emotion emotional emphasis employ employee employer employment empty enable encounter \
    encourage enemy energy engage engine engineer enjoy enormous enough ensure enter entire entirely entity entitle entrance entry envelope environment equal equally \
    equipment error escape especially essay essential establish estate estimate even evening event eventually ever every everybody everyday everyone everything \
    everywhere evidence evil exact exactly examine example excellent except exception exchange excite exciting excuse exercise exist existence existing exit expand expect expectation \
    expense expensive experience experiment expert explain explanation explore express expression extend extension extent extra extreme extremely eye face facility fact \
    factor factory fail failure faint fair fairly faith false fame familiar family famous fan fancy far farm farmer fashion fast fasten fat fate father fault favor favour \
    favorite fear feature february fee feed feel feeling fellow female fence festival fetch fever field fifth fight figure file fill film final finally finance financial fine finger \
    finish fire firm first fish fit five fix flag flame flash flat flavor flesh flight float flood floor flour flow flower fly focus fold folk follow following food fool \
    football force foreign forest forever forgive fork form formal former forth fortunate fortune forty forward foundation four fourth frame free freedom french frequent \
    frequently fresh friday friend friendly friendship frighten front fruit fuel full fully fun function fund fundamental funeral funny fur furniture further future gain game \
    gap garage garden gas gate gather gay gene general generally generate generation generous gentle gentleman genuine german gift girl glad glance glass global glove goal god \
    gold golden good goods government grab grade gradual grain grammar grand grandfather grandmother grant grass grateful gray great greatly green greet grey grocery ground \
    group growth guarantee guard guess guest guide guilty gun guy habit hair hall hammer hand handle handsome hang happen happy hard hardly harm hat hate head headache \
    health healthy heart heat heaven heavy height help helpful hence hero hesitate highlight high highly highlights hill hire historical history hit hobby hole holiday home honest honey honor \
    hook hope horrible horse hospital host hot hotel hour house household housing however huge human humor hundred hungry hunt hurry hurt husband ice idea ideal identify identity ignore ill \
    illegal illness image imagine immediate immediately immigration impact implement imply import importance important impose impossible impress impression improve improvement inch incident include \
    including income increase increasingly incredible indeed independent index indicate individual industrial industry infant influence inform information initial initially injury ink inner \
    insect inside insist inspect install instance instead institution instruction instrument insurance intend intention interest interested interesting internal international internet interpret \
    interrupt interview introduce introduction invade invent invention invest investigate investment invitation invite involve iron island issue item jacket jail january jealous job join joint joke \
    journey joy judge juice july jump june junior jury justice keen key kick kid kill kilometer kind king kiss kitchen knee knock knot knowledge label labor labour lack ladder lady \
    lake lamp land landscape language large largely last lasting late lately later latest laugh launch law lawyer lay layer lazy leader leadership leaf league lean learn least leather lecture leg legal \
    leisure lemon length less lesson letter level liberty library license lid lie life lift light like likely limit limited line link lion lip liquid list listen listing literally literature little live living \
    load loan local locate location lock logical lonely long look loose lord losing loss lot loud love lovely lover low lower luck lucky lunch machine mad magazine magic mail main mainly maintain major majority maker \
    male manage management manager manner manufacturing many map march mark market marriage marry mass massive master match mate material math matter maximum maybe mayor meal meaning means meanwhile measure \
    meat media medical medicine medium meeting melt member membership memory mental mention menu merchant mere merely mess message metal meter method middle midnight mile military milk mill million mind mine minimum minister \
    minor minority minute mirror miss missing mission mistake mix mixed mixture mobile mode model modern moment monday money monitor month mood moon moral moreover morning mostly mother motion motor mount mountain mouth move \
    movement movie much mud multiple murder muscle museum music musical musician mystery nail naked name narrow nation national native natural naturally nature near nearby nearly neat necessarily necessary neck need \
    needle negative neighbor neighbour neither nerve nervous nest net network never nevertheless new news newspaper next nice night nine nobody noise none noon nor normal normally north northern nose note nothing notice \
    novel november nowhere number numerous nurse nut object objective obligation observe obtain obvious obviously occasion occasionally occupy occur ocean october odd offer office officer official often oil okay old onboard one \
    onion onto open opening operate operation opinion opponent opportunity oppose opposite option orange order ordinary organ organization organize origin original otherwise ought outcome outside oven overall overcome \
    overseas owe owner pace pack package page pain painful paint painting pair palace pale pan panel paper paragraph parent park part participate particular particularly partly partner party pass passage passenger passion past \
    paste path patience patient pattern pause peace peak pen pencil penny pension pepper percent percentage perfect perfectly perform performance perhaps period permanent permission permit personal personality perspective \
    pertain persuade phase phone photo photograph phrase physical piano pick picture piece pig pile pilot pin pink pipe pitch place plain plan plane planet plant plastic plate play player pleasant pleased pleasure plenty plot plug \
    plus pocket poem poet poetry point poison police policy polite political politician politics pollution pool poor pop popular population port position positive possess possession possibility possible possibly post pot potato potential pound \
    pour poverty powder power powerful practical practice praise pray prefer preference pregnant prepare prepared presence present president press pressure presumably pretend pretty prevent previous previously price pride \
    priest primary prime prince princess principal principle print prior priority prison prisoner private prize probably problem procedure proceed process produce producer product production profession professional \
    professor profile profit program programme progress project promise promote prompt proof proper properly property proportion proposal propose prospect protect protection protest proud prove provide public publish pull \
    punch punish punishment pupil purchase pure purple purpose purse push put puzzle qualify quality quantity quarter queen question quick quickly quiet quite race radio rail railway rain raise range rank rapid rapidly rare rarely rate rather \
    raw reach react reaction read reader ready real realise realize reality really reason reasonable recall receive receipt recent recently recipe recognize recommend record recover red reduce reduction refer reference reflect refund refuse regard region \
    register regret regular regulation reject relate relation relationship relative relatively relax release relevant reliable relief religion religious rely remain remaining remark remember remind remote remove rent repair repeat replace \
    reply report represent representative republic reputation request require requirement rescue research reserve residence resident resist resolve resource respect respond response responsibility responsible rest restaurant restore restrict \
    result retain retire return reveal revenue review revolution reward rhythm rice rich rid ride right ring risk river road rock role roll roof room root rope rough roughly round route row royal rub rubber rubbish rude ruin rule ruler run rural rush sack \
    sad safe safety sail salad salary sale salt sample sand satisfaction satisfy saturday sauce save saving say scale scared scene schedule scheme school science scientific scientist scissors scope score scratch scream screen screw script sea search season seat \
    second secret secretary section sector secure security seed seek seem select selection self senior sense sensible sensitive sentence separate september sequence series serious seriously servant serve service session settle settlement seven several severe sew \
    shade shadow shake shall shallow shame shape share sharp sheep sheet shell shelter shift shine ship shirt shock shoe shoot shop shopping short shortly shot shoulder shout shower shut shy sick side sight sign signal signature significance significant silence silent silly \
    silver similar similarly simple simply since sincerely sing singer single sink sir sister sit site situation six size skill skin skip skirt sky sleep slice slide slight slightly slip slow slowly small smart smell smile smoke smooth snake snow soap social society sock soft software soil soldier solid \
    solution solve somebody somehow someone something sometimes somewhat somewhere son song soon sore sorry sort soul sound soup source south southern space spare speaker special specialist specific specifically speech speed spell spider spill spin spirit spite split spoil spoon sport spot spread spring square \
    stable staff stage stain stair stake stamp standard star stare start state statement station statistics status stay steady steam steel steep step stick stiff still stir stock stomach stone stop storage store storm story straight strange stranger strategy stream street strength \
    stress stretch strict strike string strip stroke strong structure struggle student studio study stuff stupid style subject submit substance succeed success successful successfully such sudden suddenly suffer sufficient sugar suggest suggestion suit suitable sum summary summer sun sunday supermarket supply support suppose \
    sure surely surface surgery surprise surprised surround survey survive suspect swallow swear sweep sweet swim swing switch sword symbol sympathy system table tail tale talent talk tall tank tap tape target task taste tax taxi tea teacher team tear technical technique technology telephone television temperature temporary ten tend tennis tension \
    tent term terrible test text theater theatre theme theory therefore thick thief thin thing third thirty thirsty thorough though thousand thread threat threaten three throat throughout thumb thursday thus ticket tide tidy tie tight till time tin tiny tip tire tired title today toe together toilet tomorrow tone tongue tonight tool top topic total totally \
    touch tough tour tourist toward towards towel tower town toy track trade tradition traditional traffic train training transfer transform translate transport trap travel treat treatment tree trend trial trick trip trouble trousers truck true truly trust truth try tube tuesday tune turn twelve twenty twice twin twist two type typical typically ugly ultimate ultimately \
    umbrella unable uncle uncomfortable underneath unfair unfortunate unfortunately unhappy uniform union unique unit unite universal university unknown unless unlike unlikely unusual update upper upset upstairs upward urban urge urgent use used useful useless user usual usually vacation valid valley valuable value van variety various vary vast vegetable vehicle version vessel \
    victim victory video view village violence violent virtual virtually virus visible vision visit visitor vital voice volume volunteer vote wage wait waiter wake walk wall wander want war warehouse warm warn warning wash waste watch water wave way weak weakness wealth weapon weather web wedding wednesday week weekend weekly weigh weight welcome welfare west western wet whatever wheel whenever whereas wherever \
    whisper whistle white whoever whole wide widely widow width wife wild willing wind window wine wing winner winter wire wise wish wonder wonderful wood wooden wool word work worker world worried worry worse worst worth wrap writer writing wrong yard yeah year yellow yesterday yet young yours yourself youth zero";

/// Returns whether a folded word is a form of an everyday word; `stem` is its stem.
pub(crate) fn is_everyday(word: &str, stem: Option<&str>) -> bool {
    static STEMS: LazyLock<FxHashSet<Box<str>>> = LazyLock::new(|| {
        let mut stems = Stems::default();
        let mut stem = |word: &'static str| stems.of(word, script_of(word)).stem.clone().unwrap_or_else(|| word.into());
        RUSSIAN.split(' ').chain(ENGLISH.split(' ')).map(&mut stem).collect()
    });
    script_of(word) != Script::Other && STEMS.contains(stem.unwrap_or(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(word: &str) -> bool {
        let stem = Stems::default().of(word, script_of(word)).stem.clone();
        is_everyday(word, stem.as_deref())
    }

    #[test]
    fn everyday_words_are_known_in_all_forms_and_slips_are_not() {
        assert!(["исключить", "исключили", "снять", "помогут", "kind", "percentage", "besides"].into_iter().all(is));
        assert!(!["исклчить", "вовзрат", "доствка", "kidn", "percantage", "kc2", ""].into_iter().any(is));
    }
}
