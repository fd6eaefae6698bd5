const DEPLOY = `
Examples:
  npm start                                        deploy the whole platform in the twin
  npm start -- --world w.json                      … and keep its world; again: no changes
  npm start -- --layers app --world w.json         one layer and what it depends on
  npm start -- --break certificate-not-issued      watch a gate catch it
  npm start -- --json run.json --artifacts run/    keep the record, and every artefact
  npm start -- --input '{"operation":"deploy","reason":"as in the console","approval":"always"}'`;

const TWIN = `
Examples:
  npm start                                        the same as \`npm run strata -- twin deploy\`
  npm start -- --world w.json                      … and keep its world; again: no changes
  npm start -- --break certificate-not-issued      watch a gate catch it
  npm run strata -- twin plan --world w.json       what would a deploy change?
  npm run strata -- twin prove --world w.json      does everything hold that was applied?
  npm run strata -- twin destroy --world w.json    take everything down again
  npm run strata -- twin kubernetes --world w.json let kubectl at the clusters of a world
  npm run strata -- twin breaks                    what can be broken`;

/** What `--help` ends with, by command. */
export const EXAMPLES: Readonly<Record<string, string>> = {
  strata: TWIN,
  twin: TWIN,
  deploy: DEPLOY,
  plan: `
Examples:
  npm run strata -- twin plan                                   what the first deploy would make
  npm run strata -- twin plan --world w.json                    what a deploy into this world would change
  npm run strata -- twin plan --world w.json --artifacts run/   … and the plans, redacted`,
  destroy: `
Examples:
  npm run strata -- twin destroy --world w.json                         take everything down again
  npm run strata -- twin destroy --world w.json --layers observability  only this, and what depends on it`,
  prove: `
Examples:
  npm run strata -- twin prove --world w.json                               does everything hold?
  npm run strata -- twin prove --world w.json --layers app,observability   these layers only
  npm run strata -- twin prove --world w.json --break argocd-degraded      … and with something broken`,
  start: `
Examples:
  strata start deploy --reason "new node size" --api https://abc123.execute-api.eu-central-1.amazonaws.com
  strata start plan --layers app --reason "what would change?" --watch      with STRATA_API_URL set`,
  status: `
Examples:
  strata status                       the latest runs
  strata status deploy-20261124T0800  one of them: layers, approvals that it waits for, why it failed`,
  drift: `
Examples:
  npm run strata -- twin drift --world w.json                                  has anything drifted?
  npm run strata -- twin drift --world w.json --tamper edited,deleted,added   change something by hand, and find it
  npm run strata -- twin drift --world w.json                                  … the same again is no news
  npm start -- --world w.json                                                  … repair it; drift then says resolved`,
  verify: `
Examples:
  npm start -- --artifacts run/                                                        every artefact of a run …
  npm run strata -- evidence verify run/evidence.json --key run/evidence.pem           … is this what was signed?`,
  breaks: `
Examples:
  npm run strata -- twin breaks                    names and effects
  npm start -- --break certificate-not-issued      break it`,
  kubernetes: `
Examples:
  npm start -- --world w.json                                  deploy once …
  npm run strata -- twin kubernetes --world w.json             … and serve it, as often as you like
  npm run strata -- twin kubernetes --world w.json --speed 60  an hour a minute`,
  docs: `
Examples:
  npm run docs    after a change of lib/catalogue/layers.ts`,
  bench: `
Examples:
  npm run bench                        tables
  npm run bench -- --json bench.json   and the same numbers as JSON`,
};
