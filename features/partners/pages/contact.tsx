import { asAnother } from "../../../console/app/frame";
import type { Visit } from "../../../console/app/visit";
import { ButtonLink } from "../../../console/parts/forms";
import { visible } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import { contactDomain, partnerStanding } from "../../access-list/partner";

const t = pageTexts({
  title: ["Your domain is not proven", "도메인이 증명되지 않았습니다"],
  why: [
    (name: string) =>
      `You are signed in as ${name}. This page is for partners whose domain is proven by a TXT record, and the domain of your address is not, or is not proven any more. Ask the organisation that gave you this address.`,
    (name) =>
      `${name}(으)로 로그인했습니다. 이 페이지는 TXT 레코드로 도메인을 증명한 파트너용입니다. 이 주소의 도메인은 증명되지 않았거나 더 이상 증명되어 있지 않습니다. 이 페이지를 안내한 조직에 문의하세요.`,
  ],
});

/** Read at each request: who loses the domain sees nothing more of it. */
export async function provenContact(visit: Visit): Promise<Pick<Visit, "partnerDomain"> | Response> {
  const { world, session, now } = visit;
  const domain = contactDomain(session.userNames ?? []);
  if (domain !== undefined && partnerStanding(await world.partners.of(domain), now) !== "none") return { partnerDomain: domain };
  const other = asAnother(visit.context);
  return await visit.page(
    t.title,
    <>
      <p>{t.why(visible(session.name))}</p>
      <p class="actions">
        <ButtonLink path={other.path} text={other.text} />
      </p>
    </>,
    { status: 403 },
  );
}
