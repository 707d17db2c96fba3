import { assign, beforeCreateUser } from "entra-gatehouse";

export default beforeCreateUser([assign({ city: "Berlin", extension_PartnerTier: "gold" })], { admitsEverybody: "A policy of the tests." });
