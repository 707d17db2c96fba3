import { shortened } from "../../parts/value";
import { personPath } from "./person-path";

/** A link to the page of whoever has an address. */
export function PersonLink({ email }: { readonly email: string }) {
  return (
    <a href={personPath(email)}>
      <bdi class="value">{shortened(email, 80)}</bdi>
    </a>
  );
}
