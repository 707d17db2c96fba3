import { accountOf, countedPerson, deniedMailboxOf, endOf, isNobody, isTrusted, mailboxOf, proves } from "./address";
import { bestOf, localesOf } from "./language";
import { countDays, type Spec, type Value } from "./scenario";
import { type Answer, ask, block, DAY, gateOf, go, type SignUp, type State, setOf } from "./state";

/** Rules about the person, from docs/recipes/. */

export function terms({ attribute, options }: Spec<"terms">, signUp: SignUp, { accepted }: State): Answer {
  const { call, person, attributes, findings } = signUp;
  const { version, languages, ticked = "true" } = options;
  if (isNobody(person)) return block("request.email");
  const sent = call.attributes[attribute];
  if (sent === undefined || sent === "") return ask(attribute, "terms.absent");
  const isTicked = (box: Value | undefined) => box === true || String(box).trim().toLowerCase() === ticked.toLowerCase();
  if (!isTicked(sent)) return ask(attribute, "terms.not-accepted");
  if (!isTicked(attributes[attribute])) return block("gatehouse.unavailable");
  const holder = `${person.address && mailboxOf(person.address)} ${proves(person) || findings.invited === "code" ? "" : `of ${accountOf(person)}`}`;
  const language = bestOf(localesOf(call), languages) ?? (languages.includes("en") ? "en" : languages[0]);
  const people = setOf(accepted, `${version}-${language}`);
  return people.has(holder) ? go : { kind: "continue", effect: () => people.add(holder) };
}

/** How somebody signed up is said to people whose address is proven, and remembered of nobody else. */
export function oneAccount({ options }: Spec<"oneAccount">, { person, call, now }: SignUp, { accounts }: State): Answer {
  const { trust, lasts = "1095d" } = options;
  const { address } = person;
  const [issuer = ""] = person.providers;
  if (address === undefined || !proves(person, trust)) return go;
  const [key, account] = [`${call.tenant} ${mailboxOf(address)}`, accountOf(person)];
  const known = accounts.get(key);
  const effectInside = () => accounts.set(key, { issuer, account, address: address.whole, until: now + countDays(lasts) * DAY });
  const isSame = known?.issuer === issuer && (known.address === address.whole || (known.account === account && account !== ""));
  if (known === undefined || !isTrusted(known.issuer, person, trust) || now >= known.until || isSame)
    return { kind: "continue", ...(call.step === "before-create-user" && { effectInside }) };
  const way = { mail: call.tenant === "workforce" ? "code" : "address", entra: "organisation" }[known.issuer] ?? "provider";
  const provider = { "google.com": "Google", "facebook.com": "Facebook" }[known.issuer] ?? known.issuer;
  return { kind: "block", reason: "account.exists", text: known.issuer === issuer ? "spelling" : way, values: { provider } };
}

export function expiry({ options }: Spec<"expiry">, { person, call }: SignUp, { ended }: State): Answer {
  if (person.address === undefined || !ended.has(`${gateOf(call)} ${deniedMailboxOf(person.address)}`)) return go;
  if (options.otherwise === "approval") return { kind: "continue", referred: true };
  return block(proves(person, options.trust) ? "access.ended" : "access.unproven");
}

/** A text is judged by each day that it can mean. Whoever was too young stays so for a day. */
export function minimumAge({ attribute, options }: Spec<"minimumAge">, signUp: SignUp, { young }: State): Answer {
  const { person, call, now, attributes } = signUp;
  if (isNobody(person)) return block("request.email");
  const typed = String(call.attributes[attribute] ?? "").trim();
  if (typed === "") return ask(attribute, "attribute.required");
  const country = countryIn(String(attributes.country ?? ""));
  const years = typeof options.years === "number" ? { default: options.years } : options.years;
  const least = country === undefined ? Math.max(...Object.values(years)) : (years[country as "default"] ?? years.default);
  const days = daysIn(typed, options.order ?? usual[country ?? ""], now);
  const judge = (when: number) => days.map((day) => ageOn(day, when + (lastHours[country ?? ""] ?? -12) * 3_600_000) >= least);
  const [isOld, key] = [judge(now), `${gateOf(call)} ${countedPerson(person)}`];
  if (days.length > 0 && !isOld.includes(true)) {
    if (call.unwritten?.includes("ledger")) return block("gatehouse.unavailable");
    young.set(key, now + DAY);
    return { kind: "block", reason: "age.too-young", values: { years: least } };
  }
  const isSure = days.length > 0 && !isOld.includes(false);
  const hasHadBirthday = isSure && !judge((young.get(key) ?? 0) - DAY).includes(true);
  if (now < (young.get(key) ?? 0) && !hasHadBirthday) return block("age.second-date");
  return isSure ? go : ask(attribute, "age.unreadable-date");
}

/** Hours from UTC, in June, where a day begins last in these countries: a birthday counts from then on. */
const lastHours: Readonly<Record<string, number>> = { KR: 9, DE: 2, US: -10 };
const usual: Readonly<Record<string, "dmy" | "mdy">> = { US: "mdy", DE: "dmy" };
const countries = { KR: ["kr", "south korea", "대한민국"], US: ["us", "united states"], DE: ["de", "germany", "deutschland"] };

const countryIn = (typed: string) => Object.entries(countries).find(([, names]) => names.includes(typed.trim().toLowerCase()))?.[0];

/** The formats that scenarios use. The order tells two days apart. */
function daysIn(typed: string, order: string | undefined, now: number): readonly string[] {
  const [, year, month = "", day = ""] = /^(\d{4})(?:[-.]|년 )?(\d\d?)(?:[-.]|월 )?(\d\d?)일?$/.exec(typed) ?? [];
  const [, one = "", two = "", last] = /^(\d\d)\/(\d\d)\/(\d{4})$/.exec(typed) ?? [];
  const texts = [`${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`, `${last}-${two}-${one}`, `${last}-${one}-${two}`];
  const isDay = (text: string) => endOf(text, Number.NEGATIVE_INFINITY) !== undefined && Date.parse(text) <= now;
  const days = texts.filter((text) => isDay(text) && ageOn(text, now) <= 130);
  return days.length === 2 && order !== undefined ? days.slice(...(order === "dmy" ? [0, 1] : [1])) : days;
}

function ageOn(day: string, now: number): number {
  const today = new Date(now).toISOString().slice(0, 10);
  return Number(today.slice(0, 4)) - Number(day.slice(0, 4)) - (today.slice(5) < day.slice(5) ? 1 : 0);
}
