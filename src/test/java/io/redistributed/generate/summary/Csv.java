package io.redistributed.generate.summary;

import java.io.ByteArrayInputStream;

/** CSV files in memory. */
final class Csv {

    private Csv() {}

    static CsvBytes of(byte[] bytes) {
        return new CsvBytes(new ByteArrayInputStream(bytes), bytes.length);
    }
}
