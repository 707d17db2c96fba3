import { bearer, beforeCreateUser, defineRule, type Services, service } from "entra-gatehouse";
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

const staff = defineRule({
  name: "staff",
  refuses: "people who are no staff",
  sets: [],
  uses: [directory],
  async decide({ email, identities }, { services }) {
    const domain = email.slice(email.lastIndexOf("@") + 1);
    if (!STAFF.includes(domain)) return { kind: "block", reason: "staff.domain" };
    if (banned.includes(email)) return { kind: "block", reason: "staff.banned" };
    if (!identities.some(({ issuer }) => issuer === ISSUER)) return { kind: "block", reason: "staff.provider" };
    if (!(await isEmployee(email, services))) return { kind: "block", reason: "staff.unknown" };
    return { kind: "continue" };
  },
});

async function isContract(number: string): Promise<boolean> {
  return /^C-\d{4}$/.test(number);
}

const contract = defineRule({
  name: "contract",
  refuses: "people without a contract",
  sets: [],
  asks: ["extension_Contract"],
  async decide({ attributes }) {
    if (await isContract(String(attributes.extension_Contract ?? ""))) return { kind: "continue" };
    return { kind: "invalid", problems: [{ attribute: "extension_Contract", reason: "contract.unknown" }] };
  },
});

const seats = defineRule({
  name: "seats",
  sets: [],
  asks: ["extension_Seats"],
  decide({ attributes }) {
    const count = Number(attributes.extension_Seats ?? 1);
    if (count > 50 || Number.isNaN(count))
      return { kind: "invalid", problems: [{ attribute: "extension_Seats", reason: "seats.too-many" }] };
    return { kind: "continue" };
  },
});

const trial = defineRule({
  name: "trial",
  sets: [],
  decide(_, { now }) {
    return now < new Date("2026-12-31T00:00:00Z") ? { kind: "continue" } : { kind: "block", reason: "trial.over" };
  },
});

export default beforeCreateUser([contract, seats, staff, trial], {
  messages: {
    "staff.domain": { en: "Only for staff.", ko: "직원만 가입할 수 있습니다." },
    "staff.banned": { en: "Please ask your manager.", ko: "관리자에게 문의하세요." },
    "staff.provider": { en: "Sign in with Google.", ko: "Google로 로그인하세요." },
    "staff.unknown": { en: "We do not know you.", ko: "등록되지 않은 직원입니다." },
    "contract.unknown": { en: "This is no contract's number.", ko: "계약 번호가 아닙니다." },
    "seats.too-many": { en: "Fifty seats at most.", ko: "좌석은 50개까지입니다." },
    "trial.over": { en: "The trial is over.", ko: "체험 기간이 끝났습니다." },
  },
});
