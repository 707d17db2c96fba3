import { generateKeyPairSync, randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Configuration, interactionPolicy } from "oidc-provider";
import { REQUESTER, type Role, roles } from "../../console/session/roles";
import { type PageKey, plainPage } from "../aws/page-key";
import { type Handle, type LocalServer, type OnRefused, readBody, serve } from "../aws/server";

const MAX_FORM_BYTES = 10_000;
const SESSION_SECONDS = 8 * 3_600;
const TOKEN_SECONDS = 600;

interface Client {
  readonly id: string;
  readonly secret: string;
}

export interface SignInServer extends LocalServer {
  /** Allows redirects to the console. The console's address is known only once the console is served. */
  allow(consoleUrl: string): void;
}

/**
 * These requests need no page key, because the console's function makes them without a browser: two are public, and one needs the client
 * secret and a code.
 */
const askedByPrograms = new Set(["GET /.well-known/openid-configuration", "GET /jwks", "POST /token"]);

/** Serves an OpenID provider in place of Entra. A person who signs in picks one of its people. */
export async function serveSignIn(client: Client, pageKey: PageKey, onRefused?: OnRefused): Promise<SignInServer> {
  let consoleUrl: string | undefined;
  let answererPromise: Promise<Answerer> | undefined;
  const handle: Handle = async (request, response) => {
    // The library is loaded at the first sign-in, because loading it takes longer than the rest of the start.
    answererPromise ??= hideWarnings(async () => answerer(await importProvider(), server.url, client, consoleUrl ?? ""));
    await (await answererPromise)(request, response);
  };
  const isOpen = ({ method, url }: IncomingMessage) => askedByPrograms.has(`${method} ${url}`);
  const server = await serve(0, pageKey.guard(handle, onRefused, isOpen), onRefused);
  return {
    ...server,
    allow(url) {
      consoleUrl = url;
    },
  };
}

type Answerer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Hides the library's warnings, which do not matter here: the parts in use work on Node 20, and a stand-in may store in memory. */
async function hideWarnings<T>(work: () => Promise<T>): Promise<T> {
  const { warn } = console;
  console.warn = (...words: unknown[]) => {
    if (!String(words[0]).includes("oidc-provider WARNING")) warn(...words);
  };
  try {
    return await work();
  } finally {
    console.warn = warn;
  }
}

async function importProvider(): Promise<typeof import("oidc-provider")> {
  // Early versions of Node 20 lack `URL.parse`.
  URL.parse ??= (url, base) => (URL.canParse(url, base) ? new URL(url, base) : null);
  return await import("oidc-provider");
}

function answerer(library: typeof import("oidc-provider"), issuer: string, client: Client, consoleUrl: string): Answerer {
  const { default: Provider, interactionPolicy } = library;
  const policy = interactionPolicy.base();
  // The prompt `select_account` is added, because the library does not know it.
  policy.add(new interactionPolicy.Prompt({ name: "select_account", requestable: true }), 0);
  const provider = new Provider(issuer, configuration(client, consoleUrl, policy));
  const callback = provider.callback();
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!request.url?.startsWith("/pick/")) return await callback(request, response);
    const finish = (accountId: string) =>
      provider.interactionFinished(request, response, { login: { accountId }, select_account: {} }, { mergeWithLastSubmission: false });
    if (request.method === "POST") {
      const form = new URLSearchParams((await readBody(request, MAX_FORM_BYTES)).toString("utf8"));
      return await finish(form.get("person") ?? "");
    }
    const interaction = await provider.interactionDetails(request, response).catch(() => undefined);
    const expectedAddress = interaction?.prompt.name === "login" ? String(interaction.params.login_hint ?? "") : "";
    if (Object.hasOwn(people, expectedAddress)) return await finish(expectedAddress);
    response.writeHead(200, pageHeaders).end(pickPage);
  };
}

interface LocalPerson {
  readonly name: string;
  readonly roles: readonly string[];
  /** The person's permissions, in a sentence. */
  readonly does?: string;
  readonly address?: string;
}

const does: Readonly<Record<Role | typeof REQUESTER, string>> = {
  Administrator: "Edits the access list, opens and closes gates, and may do all that follows.",
  Approver: "Decides on requests, invites people, ends their access.",
  Reader: "Sees everything and changes nothing.",
  Decider: "Decides on requests that name mina@contoso.com.",
  Requester: "Asks for guests as hana@contoso.com, and decides nothing.",
  Partner: "Decides on requests of wingtiptoys.com and keeps its list, once its domain is proven.",
};

/**
 * The addresses are fixed, so that anyone who tries Gatehouse can open these people's pages, prove the partner's domain, and name the
 * decider as a sponsor.
 */
const addresses: Readonly<Record<string, string>> = {
  partner: "lead@wingtiptoys.com",
  decider: "mina@contoso.com",
  requester: "hana@contoso.com",
};

const people: Readonly<Record<string, LocalPerson>> = {
  // The most powerful role comes first: people who come from the simulator usually want to allow a person.
  ...Object.fromEntries(
    ([...roles.toReversed(), REQUESTER] as const).map((role) => [
      role.toLowerCase(),
      { name: `Local ${role}`, roles: [role], does: does[role] },
    ]),
  ),
  "another-administrator": {
    name: "Another Administrator",
    roles: ["Administrator"],
    does: "Confirms what the first one proposes.",
  },
  nobody: { name: "Local Nobody", roles: [], does: "Has no role: sees what a colleague without one sees." },
};

function typedPerson(text: string): LocalPerson | undefined {
  if (/^[^\s@]{1,100}@[^\s@]{1,100}$/.test(text)) return { name: text, roles: ["Decider"], address: text };
  return /^[^\s:@/]{1,60}$/.test(text) ? { name: `Local ${text}`, roles: [text] } : undefined;
}

function configuration({ id, secret }: Client, consoleUrl: string, policy: interactionPolicy.DefaultPolicy): Configuration {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  return {
    clients: [
      {
        client_id: id,
        client_secret: secret,
        token_endpoint_auth_method: "client_secret_post",
        grant_types: ["authorization_code", "refresh_token"],
        redirect_uris: [`${consoleUrl}/sign-in/callback`],
        post_logout_redirect_uris: [`${consoleUrl}/signed-out`],
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), alg: "RS256", use: "sig" }] },
    cookies: { keys: [randomBytes(24).toString("base64url")] },
    ttl: {
      AccessToken: TOKEN_SECONDS,
      AuthorizationCode: 60,
      Grant: SESSION_SECONDS,
      IdToken: TOKEN_SECONDS,
      Interaction: TOKEN_SECONDS,
      RefreshToken: SESSION_SECONDS,
      Session: SESSION_SECONDS,
    },
    claims: { openid: ["sub"], profile: ["name", "preferred_username", "roles"] },
    // Refresh tokens need no consent and can be used more than once, as in Entra.
    issueRefreshToken: async (_, client) => client.grantTypeAllowed("refresh_token"),
    rotateRefreshToken: false,
    // Entra's refresh tokens outlive the browser's session at Entra.
    expiresWithSession: () => false,
    // Entra also puts claims into the id token.
    conformIdTokenClaims: false,
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (context, form) => {
          const button = '<button autofocus type="submit" form="op.logoutForm" name="logout" value="yes">Yes</button>';
          context.body = plainPage("Sign out", `<h1>Sign out here too?</h1>${form}${button}`);
        },
      },
    },
    interactions: { policy, url: (_, { uid }) => `/pick/${uid}` },
    findAccount: (_, accountId) => {
      const person = Object.hasOwn(people, accountId) ? people[accountId] : typedPerson(accountId);
      const address = Object.hasOwn(addresses, accountId) ? addresses[accountId] : person?.address;
      const nameClaims = address === undefined ? {} : { preferred_username: address };
      return person && { accountId, claims: () => ({ sub: accountId, name: person.name, ...nameClaims, roles: [...person.roles] }) };
    },
    async loadExistingGrant(context) {
      const { client, provider, session } = context.oidc;
      if (client === undefined || session?.accountId === undefined) return undefined;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope("openid profile");
      await grant.save();
      return grant;
    },
  };
}

const pageHeaders = { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" };

const pickPage = plainPage(
  "Local sign-in",
  `<h1>Sign in as</h1><p>This page plays Entra on this machine: choose by what the role may do.</p><form method="post">
${Object.entries(people)
  .map(
    ([id, { name, does }]) =>
      `<button class="quiet" name="person" value="${id}" aria-describedby="does-${id}">${name}</button><p class="hint" id="does-${id}">${does}</p>`,
  )
  .join("\n")}
</form><form method="post"><p><label for="person">Or somebody that your policy asks, by app role or address</label></p>
<p><input id="person" name="person" required aria-invalid="false" maxlength="120" placeholder="Security"></p><button class="quiet">Sign in</button></form>`,
);
