import type { Step } from "../../engine/sign-up/sign-up";
import type { Values } from "../contract/attributes";
import { connectorRequest } from "./connector-request";
import { extensionRequest } from "./extension-request";
import type { Journey } from "./flow";

export type RequestBody = Readonly<Record<string, unknown>>;

/** Entra's request about a person. @param attributes known at that step */
export function entraRequest(
  step: Step,
  { person, flow: { tenant }, id }: Pick<Journey, "person" | "id"> & { readonly flow: Pick<Journey["flow"], "tenant"> },
  attributes: Values,
): RequestBody {
  return tenant.kind === "external-tenant"
    ? extensionRequest(step, person, attributes, { tenantId: tenant.id, correlationId: id })
    : connectorRequest(tenant.kind, step, person, attributes);
}
