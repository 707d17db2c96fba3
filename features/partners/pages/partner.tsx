import { asAnother } from "../../../console/app/frame";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { ButtonLink } from "../../../console/parts/forms";
import { visible } from "../../../console/parts/value";
import { homes } from "../../../console/session/roles";
import { pageTexts } from "../../../console/texts/languages";
import { partsOf } from "../../../engine/sign-up/email";
import { contactDomain, partnerStanding } from "../../access-list/partner";
import { ownRequestRoutes } from "../../approvals/pages/own-requests";
import { PARTNER_LIST_PATH } from "./partner-list";

// Pages of partners' contacts: the waiting requests of their own domain, but nothing else of the console.

const t = pageTexts({
  title: [(domain: string) => `Requests of ${domain}`, (domain) => `${domain}의 요청`],
  only: [(domain: string) => `You see only the requests of people at ${domain}.`, (domain) => `${domain} 주소의 요청만 표시됩니다.`],
  toList: ["Your list: addresses that you allow or deny", "내 목록: 허용하거나 거부하는 주소"],
  notProven: ["Your domain is not proven", "도메인이 증명되지 않았습니다"],
  why: [
    (name: string) =>
      `You are signed in as ${name}. This page is for partners whose domain is proven by a TXT record, and the domain of your address is not, or is not proven any more. Ask the organisation that gave you this address.`,
    (name) =>
      `${name} 계정으로 로그인했습니다. 이 페이지는 TXT 레코드로 도메인을 증명한 파트너용입니다. 이 주소의 도메인은 증명되지 않았거나 더 이상 증명되어 있지 않습니다. 이 페이지를 안내한 조직에 문의하세요.`,
  ],
});

export const routes: readonly ConsoleRoute[] = ownRequestRoutes({
  path: homes.Partner,
  access: "Partner",
  isTheirs: ({ partnerDomain }, { email }) => partnerDomain !== undefined && partsOf(email).domain === partnerDomain,
  words(visit) {
    const domain = visible(visit.partnerDomain ?? "");
    return { title: t.title(domain), only: t.only(domain) };
  },
  more: async () => (
    <p>
      <a href={PARTNER_LIST_PATH}>{t.toList}</a>
    </p>
  ),
});

/** Read at each request, so that people who lose the domain see nothing more of it. */
export async function provenContact(visit: Visit): Promise<Pick<Visit, "partnerDomain"> | Response> {
  const { world, session, now } = visit;
  const domain = contactDomain(session.userNames ?? []);
  if (domain !== undefined && partnerStanding(await world.partners.of(domain), now) !== "none") return { partnerDomain: domain };
  const other = asAnother(visit.context);
  return await visit.page(
    t.notProven,
    <>
      <p>{t.why(visible(session.name))}</p>
      <p class="actions">
        <ButtonLink path={other.path} text={other.text} />
      </p>
    </>,
    { status: 403 },
  );
}
