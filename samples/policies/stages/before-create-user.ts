import { admit, approvers, beforeCreateUser, countryOf, sponsor } from "entra-gatehouse";

/** The sponsor that the person names decides first, or the partner desk after two days; then two people of Security. */
export default beforeCreateUser(
  admit({
    listed: true,
    everyoneElse: "approval",
    trust: ["mail", "google.com"],
    approval: {
      then: "continue",
      stages: [
        { by: sponsor({ attribute: "extension_Sponsor", domains: ["contoso.com"] }), orElse: approvers("Partners"), within: "48h" },
        { by: approvers("Security"), need: 2 },
        {
          by: approvers(({ signUp }) =>
            countryOf(signUp.attributes.country)?.alpha2 === "KR" ? ["Korea", "seoul@contoso.com"] : undefined,
          ),
          orElse: approvers("Headquarters"),
        },
      ],
    },
  }),
);
