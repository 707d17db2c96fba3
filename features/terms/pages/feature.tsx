import type { ConsoleFeature, NamedKeys, PersonPart, Visit } from "../../../console/app/visit";
import { decisionPath } from "../../../console/parts/links";
import { RowTime } from "../../../console/parts/time";
import { visible } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import { isOwnersProof } from "../proof";
import { acceptedUnder } from "../store";

/** A person's page shows what they accepted. */
export const pages = { order: 85, routes: [], besidePerson: acceptedTerms } satisfies ConsoleFeature;

async function acceptedTerms(visit: Visit, { ids }: NamedKeys): Promise<PersonPart | undefined> {
  const proofs = await acceptedUnder(ids, visit.world.ledger);
  if (proofs.length === 0) return undefined;
  const content = (
    <ul>
      {proofs.map((proof) => (
        <li>
          <a href={decisionPath(proof.reference)}>{visible(proof.version)}</a> <RowTime at={proof.at} />{" "}
          <small>
            {[visible(proof.attribute), visible(proof.language), ...(isOwnersProof(proof) ? [] : [t.unproven])].join(", ")}
            <br />
            SHA-256 <bdi class="value">{visible(proof.sha256)}</bdi>
          </small>
        </li>
      ))}
    </ul>
  );
  return { name: t.title, content };
}

const t = pageTexts({
  title: ["Accepted terms", "동의한 약관"],
  unproven: ["address not proven", "확인되지 않은 주소"],
});
