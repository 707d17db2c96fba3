import type { Visit } from "../../../console/app/visit";
import { RowTime } from "../../../console/parts/time";
import { visible } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import { isOwnersProof } from "../../terms/proof";
import { acceptedUnder } from "../../terms/store";
import { type PersonAsked, personIds } from "./known-person";

/** What somebody accepted, the newest first, each with the decision in which they did; null where it is nothing. */
export async function acceptedTerms(visit: Visit, asked: PersonAsked) {
  const ids = asked.email === undefined ? asked.hashes : personIds(asked.email, await visit.world.hashes());
  const proofs = await acceptedUnder(ids, visit.world.ledger);
  if (proofs.length === 0) return null;
  return (
    <section>
      <h2>{termsPageTexts.title}</h2>
      <ul>
        {proofs.map((proof) => (
          <li>
            <a href={`/decisions/${encodeURIComponent(proof.reference)}`}>{visible(proof.version)}</a>{" "}
            <RowTime visit={visit} at={proof.at} />{" "}
            <small>
              {[visible(proof.attribute), visible(proof.language), ...(isOwnersProof(proof) ? [] : [termsPageTexts.unproven])].join(", ")}
              <br />
              SHA-256 <bdi class="value">{visible(proof.sha256)}</bdi>
            </small>
          </li>
        ))}
      </ul>
    </section>
  );
}

const termsPageTexts = pageTexts({
  title: ["Accepted terms", "동의한 약관"],
  unproven: ["address not proven", "확인되지 않은 주소"],
});
