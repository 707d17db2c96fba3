import type { StandardSchemaV1 } from "@standard-schema/spec";
import * as v from "valibot";
import { odataText } from "../../adapters/graph/graph";
import { graphToken, stepsCloud } from "../../adapters/vendors/graph-token";
import { service } from "../../adapters/vendors/http/service";
import { replacedTimeLimit, timeLimit } from "../../adapters/vendors/vendor-options";
import { optionSchema } from "../../engine/option-schema";
import { dropIdentitiesByAddress, readIdentities } from "../../engine/protocols/body";
import { assertRuleOptions, notAs, readElsewhere } from "../../engine/sign-up/rule-options";
import type { Timeout } from "../../engine/sign-up/time";
import type { AccountDirectory, AccountInDirectory } from "./rule";

/** Options: the tenant to ask, the permissions, and the time limit. */
export interface EntraDirectoryOptions {
  /** The tenant's id, or one of its domains. */
  readonly tenantId: string;
  /**
   * The domain of Azure AD B2C or an external tenant, `contoso.onmicrosoft.com`. If set, accounts are also found by the address with which
   * people sign in.
   * @default accounts are found by `mail` alone
   */
  readonly tenantDomain?: string;
  /**
   * The secret with `{"clientId","clientSecret"}` of an application with the permission User.Read.All. With the stack's option
   * `graphSignIn: "role"`, `clientId` alone.
   * @default "directory"
   */
  readonly secret?: string;
  /** Time limit for one sign-up, including the time for a token: `"1.5s"`, from 250ms to 18s. @default "1s" */
  readonly timeout?: Timeout;
}

const NAME = "directory";
const SELECT = "userType,identities,externalUserState";
/** The issuers of accounts that Entra itself signs in. Requests do not name these issuers. */
const entras = new Set(["externalazuread", "microsoftaccount"]);

/**
 * A tenant's accounts for `oneAccount`, read through Microsoft Graph. See docs/recipes/one-account.md.
 * @throws TypeError or RangeError if an option has a wrong value
 *
 * @example
 * oneAccount({ directory: entraDirectory({ tenantId: "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45" }) })
 */
export function entraDirectory(options: EntraDirectoryOptions): AccountDirectory {
  if (typeof GATEHOUSE_OPTIONS === "undefined") assertRuleOptions("entraDirectory", options, entraDirectoryOptions());
  const { tenantId, tenantDomain, secret = NAME, timeout = "1s" } = options;
  const graph = service(NAME, { url: `${stepsCloud().graph}/v1.0`, authentication: graphToken(secret, tenantId), timeout });
  const filtersFor = (email: string) => {
    const text = odataText(email);
    const local = `identities/any(c:c/issuerAssignedId eq ${text} and c/issuer eq ${odataText(tenantDomain ?? "")})`;
    return [`mail eq ${text}`, ...(tenantDomain === undefined ? [] : [local])];
  };
  return {
    uses: [graph],
    async accountsOf(email, { services }) {
      const listAccounts = async (filter: string): Promise<readonly AccountInDirectory[]> => {
        const found: AccountInDirectory[] = [];
        for (let query: Page["next"] = { $select: SELECT, $filter: filter }; query !== undefined; ) {
          const page: Page = await services.call(NAME, { path: "/users", query, schema: users });
          found.push(...page.accounts);
          query = page.next;
        }
        return found;
      };
      return (await Promise.all(filtersFor(email).map(listAccounts))).flat();
    },
  };
}

interface Page {
  readonly accounts: readonly AccountInDirectory[];
  /** The query of the next page. Graph may have more pages even if this one is empty. */
  readonly next: Readonly<Record<string, string>> | undefined;
}

/** Parses Graph's list of users. Omits guests who have not accepted their invitation yet. */
const users: StandardSchemaV1<unknown, Page> = {
  "~standard": {
    version: 1,
    vendor: "entra-gatehouse",
    validate(answer) {
      try {
        const { value, "@odata.nextLink": link } = answer as {
          readonly value: readonly GraphUser[];
          readonly "@odata.nextLink"?: string | null;
        };
        const accounts = value.filter(({ externalUserState }) => externalUserState !== "PendingAcceptance").map(toDirectoryAccount);
        return { value: { accounts, next: link ? Object.fromEntries(new URL(link).searchParams) : undefined } };
      } catch {
        return { issues: [{ message: "no list of users" }] };
      }
    },
  },
};

interface GraphUser {
  readonly userType?: unknown;
  readonly identities?: unknown;
  readonly externalUserState?: unknown;
}

function toDirectoryAccount({ userType, identities }: GraphUser): AccountInDirectory {
  const read = readIdentities(identities).filter(({ signInType, issuer }) => signInType !== "userPrincipalName" && !entras.has(issuer));
  return { identities: dropIdentitiesByAddress(read), isMember: read.length === 0 && userType === "Member" };
}

function entraDirectoryOptions() {
  const tenant = (option: string) => {
    const says = notAs(`${option} is the tenant's id or a domain, like "contoso.onmicrosoft.com"`);
    return v.pipe(v.string(says), v.regex(/^[a-z0-9-]+(\.[a-z0-9-]+)*$/i, says));
  };
  return optionSchema<EntraDirectoryOptions>(
    {
      tenantId: tenant("tenantId"),
      tenantDomain: v.optional(tenant("tenantDomain")),
      secret: v.optional(readElsewhere<string>()),
      timeout: timeLimit(),
    },
    replacedTimeLimit(),
  );
}
