package redistributed

// The texts of the W3C headers tracestate and baggage, by the rules of docs/wire-format.md.

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	maxTraceState        = 512
	maxTraceStateMembers = 32
	maxBaggage           = 8192
	maxBaggageMembers    = 64
	maxKey               = 256
	blanks               = " \t"
	unescapedMarks       = "-._~"
	upperHex             = "0123456789ABCDEF"
)

var (
	stateKey     = regexp.MustCompile(`^(?:[a-z][a-z0-9_*/-]*|[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13})$`)
	stateValue   = regexp.MustCompile(`^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$`)
	token        = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")
	baggageValue = regexp.MustCompile(`^(?:%[0-9A-Fa-f]{2}|[!#$&-+\--:<-\[\]-~])*$`)
	printable    = regexp.MustCompile(`^[\x20-\x7e\t]*$`)
)

// writeTraceState returns nothing if readers would drop the text: it is too long, or a member is not valid.
func writeTraceState(members []StateMember) string {
	parts := make([]string, len(members))
	for i, member := range members {
		parts[i] = member.Key + "=" + member.Value
	}
	text := strings.Join(parts, ",")
	if !slices.Equal(parseTraceState(text), members) {
		return ""
	}
	return text
}

// parseTraceState returns no member at all if one of them is not valid.
func parseTraceState(text string) []StateMember {
	if len(text) > maxTraceState {
		return nil
	}
	var members []StateMember
	for part := range strings.SplitSeq(text, ",") {
		member := strings.Trim(part, blanks)
		if member == "" {
			continue
		}
		key, value, _ := strings.Cut(member, "=")
		repeated := slices.ContainsFunc(members, func(other StateMember) bool { return other.Key == key })
		if repeated || len(key) > maxKey || !stateKey.MatchString(key) || !stateValue.MatchString(value) {
			return nil
		}
		members = append(members, StateMember{key, value})
	}
	if len(members) > maxTraceStateMembers {
		return nil
	}
	return members
}

// writeBaggage leaves out members that are not valid or do not fit.
func writeBaggage(baggage map[string]BaggageEntry) string {
	keys := make([]string, 0, len(baggage))
	for key := range baggage {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	var text strings.Builder
	count := 0
	for _, key := range keys {
		member := baggageMember(key, baggage[key])
		separator := ""
		if count > 0 {
			separator = ","
		}
		if member == "" || text.Len()+len(separator)+len(member) > maxBaggage {
			continue
		}
		text.WriteString(separator + member)
		if count++; count == maxBaggageMembers {
			break
		}
	}
	return text.String()
}

// baggageMember returns nothing for what cannot be written.
func baggageMember(key string, entry BaggageEntry) string {
	if !utf8.ValidString(entry.Value) || !token.MatchString(key) {
		return ""
	}
	member := key + "=" + escape(entry.Value)
	metadata := strings.Trim(entry.Metadata, blanks)
	// A comma would begin another member.
	if metadata != "" && !strings.Contains(metadata, ",") && printable.MatchString(metadata) {
		member += ";" + metadata
	}
	return member
}

// parseBaggage leaves out members that are not valid.
func parseBaggage(text string) map[string]BaggageEntry {
	if len(text) > maxBaggage {
		return nil
	}
	baggage := map[string]BaggageEntry{}
	count := 0
	for part := range strings.SplitSeq(text, ",") {
		member := strings.Trim(part, blanks)
		if member == "" {
			continue
		}
		if count++; count > maxBaggageMembers {
			break
		}
		pair, properties, _ := strings.Cut(member, ";")
		name, escaped, found := strings.Cut(pair, "=")
		key, metadata := strings.Trim(name, blanks), strings.Trim(properties, blanks)
		value, ok := unescape(strings.Trim(escaped, blanks))
		if found && ok && token.MatchString(key) && printable.MatchString(metadata) {
			baggage[key] = BaggageEntry{value, metadata}
		}
	}
	return baggage
}

func escape(value string) string {
	var text strings.Builder
	for _, c := range []byte(value) {
		if isLetterOrDigit(c) || strings.IndexByte(unescapedMarks, c) >= 0 {
			text.WriteByte(c)
		} else {
			text.Write([]byte{'%', upperHex[c>>4], upperHex[c&15]})
		}
	}
	return text.String()
}

// unescape is not ok if text is not percent-encoded UTF-8.
func unescape(text string) (value string, ok bool) {
	if !baggageValue.MatchString(text) {
		return "", false
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '%' {
			c = digit(text[i+1])<<4 | digit(text[i+2])
			i += 2
		}
		out = append(out, c)
	}
	return string(out), utf8.Valid(out)
}

// digit returns the value of a hexadecimal digit.
func digit(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return (c | 0x20) - 'a' + 10
}

func isLetterOrDigit(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}
