import { ask, bearer, beforeCreateUser, block, defineRule, pass, type Services, service } from "entra-gatehouse";
import * as v from "valibot";

const STAFF = ["contoso.com", "fabrikam.com"];
const ISSUER = "google.com";
const banned = ["eve@contoso.com", "mallory@fabrikam.com"];

const directory = service("directory", { url: "https://directory.contoso.com/api", authentication: bearer("directory-token") });
const person = v.object({ active: v.boolean(), level: v.number() });

/** People of level 3 and above. */
async function isEmployee(email: string, services: Pick<Services, "call">): Promise<boolean> {
  const found = await services.call("directory", { path: "/people/{email}", params: { email }, schema: person, absent: [404] });
  return found?.active === true && found.level >= 3;
}

const staff = defineRule(
  "staff",
  async ({ signUp: { email, identities }, services }) => {
    const domain = email.slice(email.lastIndexOf("@") + 1);
    if (!STAFF.includes(domain)) return block("staff.domain");
    if (banned.includes(email)) return block("staff.banned");
    if (!identities.some(({ issuer }) => issuer === ISSUER)) return block("staff.provider");
    if (!(await isEmployee(email, services))) return block("staff.unknown");
    return pass();
  },
  { refuses: "people who are no staff", sets: [], uses: [directory] },
);

async function isContract(number: string): Promise<boolean> {
  return /^C-\d{4}$/.test(number);
}

const contract = defineRule(
  "contract",
  async ({ signUp: { attributes } }) => {
    if (await isContract(String(attributes.extension_Contract ?? ""))) return pass();
    return ask({ extension_Contract: { en: "This is no contract's number.", ko: "계약 번호가 아닙니다." } });
  },
  { refuses: "people without a contract", sets: [], asks: ["extension_Contract"] },
);

const seats = defineRule(
  "seats",
  ({ signUp: { attributes } }) => {
    const count = Number(attributes.extension_Seats ?? 1);
    if (count > 50 || Number.isNaN(count)) return ask({ extension_Seats: { en: "Fifty seats at most.", ko: "좌석은 50개까지입니다." } });
    return pass();
  },
  { sets: [], asks: ["extension_Seats"] },
);

const trial = defineRule(
  "trial",
  ({ now }) => {
    return now < new Date("2026-12-31T00:00:00Z") ? pass() : block("trial.over");
  },
  { sets: [] },
);

export default beforeCreateUser([contract, seats, staff, trial], {
  messages: {
    "staff.domain": { en: "Only for staff.", ko: "직원만 가입할 수 있습니다." },
    "staff.banned": { en: "Please ask your manager.", ko: "관리자에게 문의하세요." },
    "staff.provider": { en: "Sign in with Google.", ko: "Google로 로그인하세요." },
    "staff.unknown": { en: "We do not know you.", ko: "등록되지 않은 직원입니다." },
    "trial.over": { en: "The trial is over.", ko: "체험 기간이 끝났습니다." },
  },
});
