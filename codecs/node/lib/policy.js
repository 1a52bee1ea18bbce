'use strict'

const FORMATS = ['none', 'binary', 'envelope']
const RELATIONS = ['parent', 'link', 'both', 'propagate', 'off']

/** Policies with their defaults; throws on values that are not allowed. */
function policiesOf(policies) {
  return policies.map((policy, i) => {
    const { channels = '*', write = 'none', relation = 'parent' } = policy
    check(`policies[${i}].write`, write, FORMATS)
    check(`policies[${i}].relation`, relation, RELATIONS)
    return { write, relation, baggage: policy.baggage ?? relation !== 'link', pattern: pattern(channels) }
  })
}

const READ_ONLY = policiesOf([{}])[0]

/** The first policy that matches; reading only if none does. */
function policyOf(policies, destination) {
  return policies.find((policy) => policy.pattern.test(destination)) ?? READ_ONLY
}

function check(name, value, allowed) {
  if (!allowed.includes(value)) {
    throw new TypeError(`${name}: ${JSON.stringify(value)} is not one of ${allowed.join(', ')}`)
  }
}

function pattern(glob) {
  const regex = glob.replace(/[\\^$.+()[\]{}|/-]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')
  return new RegExp(`^${regex}$`, 's')
}

module.exports = { policiesOf, policyOf }
