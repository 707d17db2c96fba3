import type { AttributeValue } from "./sign-up";

/**
 * Your tenant's attributes and their types. Empty until `npm run gate -- entra types` writes
 * entra-attributes.ts; then a name that the tenant lacks does not compile. See docs/policy.md, "Attributes with types".
 */
// biome-ignore lint/suspicious/noEmptyInterface: the app's file adds the members
export interface TenantAttributes {}

/** The attributes by their names in the English form, which an editor offers. */
interface StandardAttributes {
  /** Display Name */
  readonly displayName: string;
  /** Given Name */
  readonly givenName: string;
  /** Surname */
  readonly surname: string;
  /** Job Title */
  readonly jobTitle: string;
  /** Street Address */
  readonly streetAddress: string;
  /** City */
  readonly city: string;
  /** State/Province */
  readonly state: string;
  /** Postal Code */
  readonly postalCode: string;
  /** Country/Region */
  readonly country: string;
}

/** Any text. An editor still offers the names in a union with this type, unlike in one with `string`. */
type OwnName = string & Record<never, never>;

/** True if `TenantAttributes` has an attribute that every tenant has. With only claims of your own, every name compiles. */
type IsTenantKnown = [keyof TenantAttributes & keyof StandardAttributes] extends [never] ? false : true;

/** An attribute's short name: any text until `TenantAttributes` lists the tenant's attributes, then only one of these. */
export type AttributeName = IsTenantKnown extends false
  ? keyof StandardAttributes | (keyof TenantAttributes & string) | OwnName
  : keyof TenantAttributes & string;

/** The short name of an attribute that holds text. */
export type TextAttributeName = IsTenantKnown extends false
  ? AttributeName
  : { [Name in keyof TenantAttributes]: TenantAttributes[Name] extends string ? Name : never }[keyof TenantAttributes] & string;

/** The short name of an attribute that holds one value, not a list. */
export type SingleAttributeName = IsTenantKnown extends false
  ? AttributeName
  : { [Name in keyof TenantAttributes]: TenantAttributes[Name] extends readonly string[] ? never : Name }[keyof TenantAttributes] & string;

/** Values by attribute, each of the attribute's type. */
export type AttributesToSet = IsTenantKnown extends false
  ? { readonly [Name in keyof StandardAttributes]?: AttributeValue } & {
      readonly [Name in keyof TenantAttributes]?: TenantAttributes[Name];
    } & Readonly<Record<string, AttributeValue>>
  : { readonly [Name in keyof TenantAttributes]?: TenantAttributes[Name] };

/** Accepts any object whose members are attributes or `email`. */
export type OfKnownAttributes<Members> = string extends AttributeName | keyof Members
  ? unknown
  : [Exclude<keyof Members, AttributeName | "email">] extends [never]
    ? unknown
    : { readonly "is no attribute of the tenant": Exclude<keyof Members, AttributeName | "email"> };
