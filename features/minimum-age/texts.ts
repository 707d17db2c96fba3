import type { RuleTexts } from "../../engine/messages/rule-texts";

/** Messages about a date of birth. `{years}` is the policy's number. No text repeats a typed value. */
export const texts = {
  "age.unreadable-date": {
    en: "Enter your date of birth with the year first and in four digits, like 1999-12-31.",
    ko: "생년월일을 1999-12-31처럼 네 자리 연도부터 입력하세요.",
    ja: "生年月日は 1999-12-31 のように、4 桁の西暦年から入力してください。",
    "zh-Hans": "请按 1999-12-31 的格式输入出生日期，先写四位数的年份。",
    de: "Geben Sie Ihr Geburtsdatum mit vierstelligem Jahr zuerst ein, zum Beispiel 1999-12-31.",
    fr: "Saisissez votre date de naissance en commençant par l’année à quatre chiffres, par exemple 1999-12-31.",
    es: "Escriba su fecha de nacimiento empezando por el año con cuatro cifras, por ejemplo 1999-12-31.",
    "pt-BR": "Digite sua data de nascimento começando pelo ano com quatro dígitos, por exemplo 1999-12-31.",
  },
  "age.too-young": {
    en: "You must be at least {years} years old to sign up.",
    ko: "만 {years}세 이상만 가입할 수 있습니다.",
    ja: "サインアップできるのは満 {years} 歳以上の方のみです。",
    "zh-Hans": "年满 {years} 周岁才能注册。",
    de: "Sie müssen mindestens {years} Jahre alt sein, um sich zu registrieren.",
    fr: "Vous devez avoir au moins {years} ans pour vous inscrire.",
    es: "Debe tener al menos {years} años para registrarse.",
    "pt-BR": "Você precisa ter pelo menos {years} anos para se inscrever.",
  },
  "age.second-date": {
    en: "You have already entered a date of birth within the last day. That date counts, so you cannot sign up.",
    ko: "지난 하루 동안 이미 생년월일을 입력했습니다. 그 날짜를 기준으로 하므로 가입할 수 없습니다.",
    ja: "過去 1 日以内に生年月日がすでに入力されています。その日付が有効なため、サインアップできません。",
    "zh-Hans": "你在过去一天内已经输入过出生日期。以该日期为准，因此无法注册。",
    de: "Sie haben innerhalb des letzten Tages bereits ein Geburtsdatum angegeben. Es gilt dieses Datum, deshalb ist keine Registrierung möglich.",
    fr: "Vous avez déjà saisi une date de naissance au cours des dernières 24 heures. C’est cette date qui compte : vous ne pouvez pas vous inscrire.",
    es: "Ya ha introducido una fecha de nacimiento en el último día. Esa es la fecha que cuenta, por lo que no puede registrarse.",
    "pt-BR": "Você já informou uma data de nascimento no último dia. É essa data que vale, portanto não é possível se inscrever.",
  },
} as const satisfies RuleTexts;

export const bornLabel = {
  en: "Date of birth",
  ko: "생년월일",
  ja: "生年月日",
  "zh-Hans": "出生日期",
  de: "Geburtsdatum",
  fr: "Date de naissance",
  es: "Fecha de nacimiento",
  "pt-BR": "Data de nascimento",
} as const satisfies RuleTexts[string];
