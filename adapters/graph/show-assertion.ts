import type { ClientAuth } from "oauth4webapi";

/** Authenticates the client by a token that another party has signed for it: RFC 7523 §2.2. */
export function showAssertion(assertion: string): ClientAuth {
  return (_server, { client_id }, body) => {
    body.set("client_id", client_id);
    body.set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    body.set("client_assertion", assertion);
  };
}
