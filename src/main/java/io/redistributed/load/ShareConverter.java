package io.redistributed.load;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Parses a percentage into 0 to 1. */
final class ShareConverter implements ITypeConverter<Double> {

    private static final Pattern FORM = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,6})?)%");

    @Override
    public Double convert(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || Double.parseDouble(form.group(1)) > 100) {
            throw new TypeConversionException("'" + text + "' is not a percentage (use 0% to 100%)");
        }
        return Double.parseDouble(form.group(1)) / 100;
    }
}
