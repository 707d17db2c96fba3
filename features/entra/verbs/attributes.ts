import { toShortName } from "../../../engine/protocols/attributes";
import { isSameText, type NewAttribute, type UserFlowAttribute } from "../client/user-flows";
import type { CustomAttribute, EntraFlow } from "../setup";
import type { Change } from "./changes";

export interface DeclaredAttribute extends CustomAttribute {
  /** Short name: `extension_PartnerNumber`. */
  readonly name: string;
}

export function declaredAttributes({ attributes = {} }: Pick<EntraFlow, "attributes">): readonly DeclaredAttribute[] {
  return Object.entries(attributes).map(([name, attribute]) => ({ name, ...attribute }));
}

/** The reason of a change for an attribute in entra.ts. */
export const DECLARED = "entra.ts declares it";

interface AttributeCreation {
  readonly action: "create attribute";
  readonly name: string;
  readonly attribute: NewAttribute;
  readonly why: string;
}

/** The display name becomes part of the attribute's id. */
function createNew({ name, type, label }: DeclaredAttribute): AttributeCreation {
  const displayName = name.replace(/^extension_/, "");
  return { action: "create attribute", name, attribute: { displayName, description: label ?? displayName, dataType: type }, why: DECLARED };
}

interface ComparedAttributes {
  /** For each attribute that the tenant lacks. */
  readonly creations: readonly AttributeCreation[];
  readonly present: readonly { readonly declared: DeclaredAttribute; readonly attribute: UserFlowAttribute }[];
  /**
   * Sentences about attributes whose type in the tenant is not the declared type. Nothing can change an attribute's type, and deleting the
   * attribute would delete people's values.
   */
  readonly obstacles: readonly string[];
}

export function comparedAttributes(declarations: readonly DeclaredAttribute[], tenants: readonly UserFlowAttribute[]): ComparedAttributes {
  const pairs = declarations.map((each) => ({ declared: each, found: tenants.filter(({ id }) => isNamed(id, each.name)) }));
  const present = pairs.flatMap(({ declared: each, found }) => {
    const [attribute] = found.filter(({ dataType }) => isSameText(dataType, each.type));
    return attribute === undefined ? [] : [{ declared: each, attribute }];
  });
  const isPresent = (each: DeclaredAttribute) => present.some((one) => one.declared === each);
  return {
    creations: pairs.flatMap(({ declared: each, found }) => (found.length === 0 ? [createNew(each)] : [])),
    present,
    obstacles: pairs.flatMap(({ declared: each, found: [other] }) =>
      other === undefined || isPresent(each)
        ? []
        : [
            `entra.ts declares ${each.name} as ${each.type}, and the tenant has it as ${other.dataType}, which Entra never changes: declare that type, or use another name.`,
          ],
    ),
  };
}

export function isNamed(id: string, name: string): boolean {
  return isSameText(toShortName(id), name);
}

/** Explanations by status. Graph may refuse a type: Graph's reference lists fewer types than the admin center offers. */
export function refusalsOfAttributes(change: Change): Readonly<Partial<Record<number, string>>> {
  if (change.action !== "create attribute") return {};
  const { name, attribute } = change as Change & { readonly name: string; readonly attribute: NewAttribute };
  return {
    400: `Graph does not make ${name} of type ${attribute.dataType}: make it in the admin center, under Custom user attributes, with the name ${attribute.displayName}.`,
  };
}
