/**
 * In the bundles, what the SDK's default provider of credentials is: the variables in which Lambda gives a function
 * its role. The profiles, sign-ons and metadata services that the real one tries besides are a seventh of a bundle.
 */
export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";
