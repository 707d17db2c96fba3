import type { ConsoleRoute } from "../../../console/app/visit";
import { visible } from "../../../console/parts/value";
import { homes } from "../../../console/session/roles";
import { pageTexts } from "../../../console/texts/languages";
import { partsOf } from "../../../engine/sign-up/email";
import { ownRequestRoutes } from "../../approvals/pages/own-requests";
import { PARTNER_LIST_PATH } from "./partner-list";

// Contacts of partners: the requests of their own domain that wait, and nothing else of the console.

const t = pageTexts({
  title: [(domain: string) => `Requests of ${domain}`, (domain) => `${domain}의 요청`],
  only: [
    (domain: string) => `You see the requests of people with an address at ${domain}, and no others.`,
    (domain) => `${domain} 주소를 쓰는 사람의 요청만 표시됩니다.`,
  ],
  toList: ["Your list: addresses that you allow or deny", "내 목록: 허용하거나 거부하는 주소"],
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
